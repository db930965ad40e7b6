using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.ML.Evaluation;
using NGram.ML.Evaluation.Batch;
using NGram.ML.Shards;

namespace NGram.Cli.Evaluate;

/// <summary>The part of an evaluation that one of several processes does, in a folder that they share.</summary>
internal sealed class EvaluationShard
{
    private readonly WorkShard shard;
    private readonly string folder;

    private EvaluationShard(WorkShard shard, string folder) => (this.shard, this.folder) = (shard, folder);

    /// <summary>The part that the flags tell of.</summary>
    /// <param name="text">Of --shard.</param>
    /// <param name="output">Of --output.</param>
    /// <param name="data">Names of the data.</param>
    /// <exception cref="UsageException">It is not a part, or cannot be shared.</exception>
    public static EvaluationShard Of(string text, string? output, IReadOnlyList<string> data)
    {
        if (output is null)
            throw new UsageException("--output is missing; it is the folder that the processes of --shard share.");
        if (File.Exists(output))
            throw new UsageException($"--output is {output}; it must be a folder, and this is a file.");
        if (data.Contains(PipedData.Name))
            throw new UsageException($"--data {PipedData.Name} is the input of one process; --shard needs files.");
        try
        {
            return new(WorkShard.Parse(text), output);
        }
        catch (OptionException exception)
        {
            throw new UsageException(exception.Message.Replace("Shard is", "--shard is", StringComparison.Ordinal));
        }
    }

    /// <summary>Evaluates it, and merges what is there.</summary>
    /// <exception cref="UsageException">The folder holds something else.</exception>
    public (IReadOnlyList<EvaluatedPair> Own, IReadOnlyList<NextTokenMetrics> Metrics, int Missing) Run(
        IReadOnlyList<string> models, IReadOnlyList<EvaluationData> data, BatchEvaluationOptions options)
    {
        var shared = Open(models, data, options);
        var own = shared.Run(shard);
        var (metrics, missing) = shared.Merge();
        return (own, metrics, missing);
    }

    private SharedEvaluation Open(
        IReadOnlyList<string> models, IReadOnlyList<EvaluationData> data, BatchEvaluationOptions options)
    {
        try
        {
            return SharedEvaluation.Open(folder, models, data, options);
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException { InnerException: null })
        {
            throw new UsageException($"--output is {folder}; {exception.Message}");
        }
    }
}
