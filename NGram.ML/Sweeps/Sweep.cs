using NGram.ML.Experiments;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>
/// Many experiments described as data: settings that all share, axes whose values are combined, settings derived from others, and
/// repetitions with their own initial weights. <see cref="SweepPresets"/> has the paper's.
/// </summary>
public sealed record Sweep
{
    /// <summary>Its name in tables.</summary>
    public required string Name { get; init; }

    /// <summary>What it shows, in one line.</summary>
    public string Title { get; init; } = "";

    /// <summary>What readers of its report should know, in a paragraph, or one a line.</summary>
    public string About { get; init; } = "";

    /// <summary>What all trials share; there is no baseline unless one is given.</summary>
    public ExperimentSettings Settings { get; init; } = SettingsText.Defaults;

    /// <summary>What varies; the last axis varies fastest.</summary>
    public IReadOnlyList<SweepAxis> Axes { get; init; } = [];

    /// <summary>
    /// Settings as formulas over other settings and variables, in this order: HeadDimension = EmbeddingDimension, MlpWidth =
    /// 2 * EmbeddingDimension * (MatchingHeads - 1).
    /// </summary>
    public IReadOnlyDictionary<string, string> Derived { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Trials per point, with the same distribution and data but different initial weights and row order. At least 1.
    /// </summary>
    public int Repetitions { get; init; } = 1;

    /// <summary>The axis whose best value counts; null: every value is a separate point.</summary>
    public SweepBest? Best { get; init; }

    /// <summary>An axis to search: only those of its trials are run that bisection needs. Null: all trials are run.</summary>
    public SweepSearch? Search { get; init; }

    /// <summary>The published table, or null.</summary>
    public SweepTable? Table { get; init; }

    /// <summary>The curve to fit, or null.</summary>
    public SweepFit? Fit { get; init; }

    /// <summary>
    /// What the accuracy of it, or of all its parts, is drawn against in an additional figure: Parameters, or a formula over
    /// settings and variables; null: no such figure.
    /// </summary>
    public string? Against { get; init; }

    /// <summary>Whether the report has the table of bounds, for one of its models.</summary>
    public bool HasBounds { get; init; }

    /// <summary>Sweeps that this one consists of; its own settings, axes and repetitions are then ignored.</summary>
    public IReadOnlyList<Sweep> Parts { get; init; } = [];

    /// <summary>The sweeps without parts that it consists of: itself, or those of its parts.</summary>
    public IEnumerable<Sweep> Leaves => Parts.Count == 0 ? [this] : Parts.SelectMany(part => part.Leaves);

    /// <summary>
    /// Every trial: part by part, point by point, repetition by repetition. The same trial of two parts has the same ID.
    /// </summary>
    /// <exception cref="ArgumentException">A setting is out of its range; the message names it.</exception>
    /// <exception cref="InvalidDataException">An axis or a derived setting is invalid; the message names it.</exception>
    public IReadOnlyList<SweepTrial> Trials()
    {
        SweepChecks.Require(this);
        return
        [
            .. Leaves.SelectMany(leaf => SweepPoints.Of(leaf).SelectMany(point => Enumerable
                .Range(1, leaf.RepetitionsAndAttempts)
                .Select(repetition => SweepTrial.Of(point, repetition)))),
        ];
    }

    /// <summary>JSON that <see cref="FromJson"/> reads, with every setting.</summary>
    public string ToJson() => SweepJson.Write(this);

    /// <summary>A sweep from JSON; presets that it names as parts are read too.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">Its name for messages.</param>
    /// <exception cref="InvalidDataException">It is not a sweep; the message names the source and what is wrong.</exception>
    public static Sweep FromJson(string json, string source) => SweepJson.Read(json, source);

    /// <summary>The JSON schema of a sweep, which editors use to complete and check.</summary>
    public static string JsonSchema() => SweepSchema.Text();

    /// <summary>Trials per point: a search has its attempts for every repetition.</summary>
    internal int RepetitionsAndAttempts => Repetitions * (Search?.Attempts ?? 1);

    /// <summary>Applies the same change to every sweep without parts.</summary>
    internal Sweep OfEach(Func<Sweep, Sweep> change) =>
        Parts.Count == 0 ? change(this) : this with { Parts = [.. Parts.Select(part => part.OfEach(change))] };
}
