using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Data.Analysis;
using NGram.Data.Checks;
using NGram.Data.IO;
using NGram.ML.Shards;

namespace NGram.ML.Evaluation.Batch;

/// <summary>
/// An evaluation whose pairs of a model and data several processes share, in a folder that all of them see: evaluation.json says
/// what is evaluated, pairs/NUMBER.json holds a pair's metrics. Each pair is measured whole by one process, so that the table of
/// all is the one that a single process writes, to the bit.
/// </summary>
public sealed class SharedEvaluation
{
    /// <summary>The table of all pairs.</summary>
    internal const string MetricsFile = "metrics.csv";

    private const string AskedFile = "evaluation.json";
    private const string PairsFolder = "pairs", LockExtension = ".lock", PartialExtension = ".partial", Json = ".json";

    private static readonly JsonSerializerOptions Indented = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    private readonly string folder;
    private readonly IReadOnlyList<string> models;
    private readonly IReadOnlyList<EvaluationData> data;
    private readonly BatchEvaluationOptions options;

    private SharedEvaluation(
        string folder, IReadOnlyList<string> models, IReadOnlyList<EvaluationData> data, BatchEvaluationOptions options) =>
        (this.folder, this.models, this.data, this.options) = (folder, models, data, options);

    /// <summary>Pairs of a model and data.</summary>
    public int Count => models.Count * (data.Count + (options.Exact ? 1 : 0));

    /// <summary>Makes the folder of an evaluation, or goes on with it.</summary>
    /// <param name="folder">New, empty, or of the same evaluation.</param>
    /// <param name="models">As in <see cref="BatchEvaluation.Run"/>, and in the same order in every process.</param>
    /// <param name="data">The data, likewise.</param>
    /// <param name="options">How; a folder for predictions is shared too. Null: the defaults.</param>
    /// <exception cref="InvalidDataException">It holds another evaluation; the message says what differs.</exception>
    /// <exception cref="IOException">It holds something else, or cannot be written.</exception>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static SharedEvaluation Open(
        string folder,
        IReadOnlyList<string> models,
        IReadOnlyList<EvaluationData> data,
        BatchEvaluationOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        Require.Argument(options.Validate, nameof(options));
        var shared = new SharedEvaluation(Path.GetFullPath(folder), models, data, options with { SharesPredictions = true });
        shared.Claim();
        return shared;
    }

    /// <summary>Evaluates the pairs of a part that are not there yet and that no other process is at.</summary>
    /// <returns>What came of them; those that failed are evaluated again the next time.</returns>
    public IReadOnlyList<EvaluatedPair> Run(WorkShard shard)
    {
        ArgumentNullException.ThrowIfNull(shard);
        var claims = new Dictionary<int, OutputLock>();
        try
        {
            foreach (int pair in shard.Of(Enumerable.Range(0, Count)).Where(pair => !File.Exists(FileOf(pair))))
            {
                if (OutputLock.TryTake(FileOf(pair) + LockExtension) is { } claim)
                    claims.Add(pair, claim);
            }
            return BatchEvaluation.Run(models, data, options with
            {
                // Another process may have ended it before it was claimed.
                IsWanted = pair => claims.ContainsKey(pair) && !File.Exists(FileOf(pair)),
                Measured = Write,
            });
        }
        finally
        {
            foreach (var claim in claims.Values)
                claim.Dispose();
        }
    }

    /// <summary>Writes metrics.csv of the pairs that are there, in their order.</summary>
    /// <returns>Their metrics, and how many pairs are missing.</returns>
    public (IReadOnlyList<NextTokenMetrics> Metrics, int Missing) Merge()
    {
        string table = Path.Combine(folder, MetricsFile);
        using var mine = OutputLock.Await(table + LockExtension);
        var metrics = Enumerable.Range(0, Count).Select(Read).OfType<NextTokenMetrics>().ToList();
        if (metrics.Count > 0)
        {
            AtomicFile.Write(table, stream =>
                DataFrame.SaveCsv(MetricsTable.Create(metrics), stream, cultureInfo: CultureInfo.InvariantCulture));
        }
        return (metrics, Count - metrics.Count);
    }

    private string FileOf(int pair) =>
        Path.Combine(folder, PairsFolder, (pair + 1).ToString(CultureInfo.InvariantCulture) + Json);

    private void Write(int pair, NextTokenMetrics metrics)
    {
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(metrics, MetricsJson.Default.NextTokenMetrics);
        AtomicFile.Write(FileOf(pair), stream => stream.Write(json));
    }

    private NextTokenMetrics? Read(int pair)
    {
        string file = FileOf(pair);
        if (!File.Exists(file))
            return null;
        try
        {
            return JsonSerializer.Deserialize(AtomicFile.Read(file), MetricsJson.Default.NextTokenMetrics);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"{file} does not hold metrics: {exception.Message}", exception);
        }
    }

    /// <summary>The folder is that of this evaluation, or of none yet.</summary>
    private void Claim()
    {
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, AskedFile);
        using var mine = OutputLock.Await(file + LockExtension);
        if (File.Exists(file))
        {
            RequireSame(file);
        }
        else
        {
            if (Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).Any(IsForeign))
                throw new IOException($"{folder} is not empty and does not hold an evaluation that is shared.");
            AtomicFile.Write(file, stream => JsonSerializer.Serialize(stream, Asked(), Indented));
        }
        Directory.CreateDirectory(Path.Combine(folder, PairsFolder));
    }

    // What a process that died at the beginning has left is ours.
    private static bool IsForeign(string? name) =>
        name is not (AskedFile + LockExtension or AskedFile + PartialExtension);

    private void RequireSame(string file)
    {
        var before = JsonNode.Parse(AtomicFile.Read(file)) as JsonObject ?? [];
        foreach (var (name, now) in Asked())
        {
            if (!JsonNode.DeepEquals(now, before[name]))
            {
                throw new InvalidDataException(
                    $"{folder} holds another evaluation: {name} is {Shown(now)} and was {Shown(before[name])}.");
            }
        }
    }

    private static string Shown(JsonNode? value) => value?.ToJsonString() ?? "null";

    /// <summary>What makes it this evaluation: all that changes a number.</summary>
    private JsonObject Asked() => new()
    {
        ["models"] = new JsonArray([.. models.Select(model => JsonValue.Create(model))]),
        ["data"] = new JsonArray([.. data.Select(set => JsonValue.Create(set.Name))]),
        ["exact"] = options.Exact,
        ["distribution"] = options.DistributionFile,
        ["topK"] = options.TopK,
        ["promptLimit"] = options.PromptLimit,
        ["tokens"] = options.Tokens?.ToString(),
        ["texts"] = options.Texts,
        ["windows"] = options.Windows,
        ["header"] = options.Header,
        ["predictions"] = options.PredictionsDirectory is not null,
    };
}
