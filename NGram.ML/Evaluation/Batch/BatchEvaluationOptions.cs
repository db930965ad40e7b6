using NGram.Data.Checks;
using NGram.Data.Text;

namespace NGram.ML.Evaluation.Batch;

/// <summary>How every model is evaluated on every data set.</summary>
public sealed record BatchEvaluationOptions
{
    /// <summary>
    /// The law of the data, a saved distribution; null: that of the model's run folder, where the model is one.
    /// </summary>
    public string? DistributionFile { get; init; }

    /// <summary>
    /// Whether each model is evaluated on every prompt of its law as well, with its probability, as
    /// <see cref="Microsoft.ML.EvaluationCatalogExtensions.EvaluateExactly"/> does.
    /// </summary>
    public bool Exact { get; init; }

    /// <summary>
    /// Whether the data has the texts that the law names its tokens by, rather than ids; a model with tokens of its own has those
    /// anyway.
    /// </summary>
    public bool Texts { get; init; }

    /// <summary>
    /// What a token is where the data is running text, whose windows are the sequences, one from every place; null: rows of
    /// tokens. Such text is held in memory, a few bytes a token.
    /// </summary>
    public TokenUnit? Tokens { get; init; }

    /// <summary>Whether a longer row gives a sequence from each of its places, rather than its last tokens alone.</summary>
    public bool Windows { get; init; }

    /// <summary>Whether the first line of a CSV or TSV file is a header; null: it is if none of its cells is a token.</summary>
    public bool? Header { get; init; }

    /// <summary>
    /// A new or empty folder for what the models predict, a CSV file for each pair, named by model and data: the columns of
    /// every row of the data, or of every prompt of the law where the evaluation is exact. The files appear together when all
    /// pairs are done; what a process left there that was killed is removed. Null: it is not written.
    /// </summary>
    public string? PredictionsDirectory { get; init; }

    /// <summary>k of the top-k accuracy, and of the predictions; at least 1.</summary>
    public int TopK { get; init; } = new EvaluationOptions().TopK;

    /// <summary>The most prompts that an exact evaluation goes through; at least 1.</summary>
    public double PromptLimit { get; init; } = new EvaluationOptions().PromptLimit;

    /// <summary>Pairs of a model and data that are evaluated at once, a thread each; at least 1.</summary>
    public int Parallelism { get; init; } = Environment.ProcessorCount;

    /// <summary>Receives the progress, from several threads.</summary>
    public IProgress<EvaluationProgress>? Progress { get; init; }

    /// <summary>Ends the evaluation; the pairs that are whole by then are kept.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Whether the pair of this number is evaluated; the results have no others.</summary>
    internal Func<int, bool> IsWanted { get; init; } = _ => true;

    /// <summary>Is told of each pair that has been measured, with its number; when it throws, the pair has failed.</summary>
    internal Action<int, NextTokenMetrics>? Measured { get; init; }

    /// <summary>
    /// Whether the caller holds the folder of the predictions, or other processes write into it: it need not be empty then.
    /// </summary>
    internal bool SharesPredictions { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        Require.AtLeast(TopK, 1, nameof(TopK));
        Require.AtLeast(PromptLimit, 1, nameof(PromptLimit));
        Require.AtLeast(Parallelism, 1, nameof(Parallelism));
    }
}
