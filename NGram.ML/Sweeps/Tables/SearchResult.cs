using Microsoft.Data.Analysis;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Tables;

/// <summary>The state of a search for one point and repetition.</summary>
/// <param name="Point">The point that was found, or else one that was tried, or else the first.</param>
/// <param name="Repetition">Counted from 1.</param>
/// <param name="Value">The value that was found; null if there is none yet, or not even the last one reaches the target.</param>
/// <param name="Status">found, none or unfinished.</param>
/// <param name="Trials">Number of trials that it has needed so far.</param>
/// <param name="Summary">The results of the trial that reached the target, or null.</param>
/// <param name="Tried">The values that were tried, in turn, and whether each reached the target.</param>
internal sealed record SearchResult(
    SweepPoint Point,
    int Repetition,
    double? Value,
    string Status,
    int Trials,
    ExperimentSummary? Summary,
    IReadOnlyList<(double Value, bool IsReached)> Tried)
{
    /// <summary>The value nearest to the one found that missed the target; null if none did.</summary>
    public double? Missed => Tried.Where(one => !one.IsReached).Select(one => (double?)one.Value) is var missed && Search.Largest
        ? missed.Min()
        : missed.Max();

    /// <summary>What was tried, in turn, such as 400 no, 200 yes.</summary>
    public string TriedText => string.Join(
        ", ", Tried.Select(one => FormattableString.Invariant($"{one.Value} {(one.IsReached ? "yes" : "no")}")));

    private SweepSearch Search => Point.Sweep.Search!;

    /// <summary>The searches of a sweep and of its parts, in order.</summary>
    public static IReadOnlyList<SearchResult> Of(IReadOnlyList<SweepTrial> trials, Func<SweepTrial, TrialRecord?> settled) =>
        [.. TrialLine.Of(trials).OfType<SearchLine>().Select(line => Of(line, settled))];

    /// <summary>
    /// A row for each search: Sweep, the point's settings but for the searched one, Repetition, Axis, Value, Status, By, Target,
    /// Trials, then results of the trial that reached the target, Parameters, Missed (the nearest value that was tried and
    /// missed) and Tried (every value tried, in turn).
    /// </summary>
    public static DataFrame ToDataFrame(IReadOnlyList<SearchResult> rows)
    {
        DoubleDataFrameColumn Number(string name, Func<SearchResult, double?> value) => new(name, rows.Select(value));
        StringDataFrameColumn Text(string name, Func<SearchResult, string> value) => new(name, rows.Select(value));
        IReadOnlyList<SweepPoint> points = [.. rows.Select(row => row.Point)];
        var settings = PointColumns.Of(points, points)
            .Where(column => !rows.Any(row => column.Name.Equals(row.Search.Axis, StringComparison.OrdinalIgnoreCase)));
        return new DataFrame(
        [
            Text("Sweep", row => row.Point.Sweep.Name),
            .. settings,
            new Int32DataFrameColumn("Repetition", rows.Select(row => row.Repetition)),
            Text("Axis", row => row.Search.Axis),
            Number("Value", row => row.Value),
            Text("Status", row => row.Status),
            Text("By", row => row.Search.By),
            Number("Target", row => row.Search.Target),
            new Int32DataFrameColumn("Trials", rows.Select(row => row.Trials)),
            .. TrialMetric.All.Select(metric => Number(metric.Name, row => row.Summary is { } held ? metric.Of(held) : null)),
            Number("Parameters", row => row.Summary?.Parameters),
            Number("Missed", row => row.Missed),
            Text("Tried", row => row.TriedText),
        ]);
    }

    private static SearchResult Of(SearchLine line, Func<SweepTrial, TrialRecord?> settled)
    {
        var done = line.Walk(settled).Done;
        var found = line.Found(settled, out bool isWhole);
        var shown = found ?? done.LastOrDefault(line.Trials[0]);
        return new(
            shown.Point,
            SearchLine.RepetitionOf(shown),
            found is null ? null : SettingsText.Number(found.Point.Get(found.Point.Sweep.Search!.Axis)),
            !isWhole ? "unfinished" : found is null ? "none" : "found",
            done.Count,
            found is null ? null : settled(found)?.Summary,
            line.Tried(settled));
    }
}
