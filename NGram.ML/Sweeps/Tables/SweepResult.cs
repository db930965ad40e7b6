using Microsoft.Data.Analysis;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Tables;

/// <summary>The current results of a sweep, read from its folder, whoever ran the trials.</summary>
public sealed class SweepResult
{
    private readonly IReadOnlyList<SweepTrial> trials;
    private readonly Dictionary<string, TrialRecord?> records;

    private SweepResult(string folder, Sweep sweep, IReadOnlyList<SweepTrial> trials, Dictionary<string, TrialRecord?> records,
        IReadOnlyDictionary<TrialStatus, int> counts)
    {
        (Folder, Sweep, this.trials, this.records, Counts) = (folder, sweep, trials, records, counts);
        Points = PointResult.Of(trials, trial => records[trial.Id]);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The sweep, with every setting.</summary>
    public Sweep Sweep { get; }

    /// <summary>The number of trials in each state, each trial counted once.</summary>
    public IReadOnlyDictionary<TrialStatus, int> Counts { get; }

    /// <summary>Trials that have begun, by ID.</summary>
    public IEnumerable<TrialRecord> Records => records.Values.OfType<TrialRecord>();

    internal IReadOnlyList<PointResult> Points { get; }

    /// <summary>Reads a folder.</summary>
    /// <exception cref="InvalidDataException">It does not hold a sweep; the message names it.</exception>
    public static SweepResult Read(string folder) => Of(SweepFolder.Read(folder));

    /// <summary>The outcome of a trial; null if there is none yet.</summary>
    internal TrialRecord? Find(SweepTrial trial) => records.GetValueOrDefault(trial.Id);

    /// <summary>The outcome of a trial that does not need to be run again; null if it does.</summary>
    internal TrialRecord? FindSettled(SweepTrial trial) => Find(trial) is { IsSettled: true } record ? record : null;

    internal static SweepResult Of(SweepFolder folder)
    {
        var once = folder.Trials.DistinctBy(trial => trial.Id).ToList();
        var records = once.ToDictionary(trial => trial.Id, folder.ReadRecord);
        var counts = Enum.GetValues<TrialStatus>().ToDictionary(status => status, _ => 0);
        foreach (var trial in Needed(once, records))
            counts[folder.StatusOf(trial, records[trial.Id])]++;
        return new(folder.Path, folder.Sweep, folder.Trials, records, counts);
    }

    /// <summary>
    /// A row for every trial that is done or has failed, in the order of the sweep: Trial, Sweep, Method, Repetition, Status,
    /// Seed, the point's settings, Accuracy, Divergence, Bits, BitsPerParameter, Parameters, Exposures, Seconds, Reason,
    /// then more results.
    /// </summary>
    public DataFrame ToDataFrame()
    {
        var rows = trials.Where(trial => records[trial.Id] is { IsSettled: true }).ToList();
        TrialRecord Record(SweepTrial trial) => records[trial.Id]!;
        DoubleDataFrameColumn Number(string name, Func<TrialRecord, double?> value) =>
            new(name, rows.Select(trial => value(Record(trial))));
        StringDataFrameColumn Text(string name, Func<SweepTrial, string?> value) => new(name, rows.Select(value));
        return new DataFrame(
        [
            Text("Trial", trial => trial.Id),
            Text("Sweep", trial => trial.Sweep),
            Text("Method", trial => Record(trial).Summary?.Method ?? ExperimentSummary.Trained),
            new Int32DataFrameColumn("Repetition", rows.Select(trial => trial.Repetition)),
            Text("Status", trial => Record(trial).Status == TrialStatus.Done ? "done" : "failed"),
            new Int32DataFrameColumn("Seed", rows.Select(trial => trial.Settings.InitialSeed)),
            .. PointColumns.Of([.. rows.Select(trial => trial.Point)], [.. trials.Select(trial => trial.Point)]),
            Number("Accuracy", record => record.Summary?.Accuracy),
            Number("Divergence", record => record.Summary?.Divergence),
            Number("Bits", record => record.Summary?.Bits),
            Number("BitsPerParameter", record => record.Summary?.BitsPerParameter),
            Number("Parameters", record => record.Summary?.Parameters),
            Number("Exposures", record => record.Summary?.Exposures),
            Number("Seconds", record => record.Summary?.Seconds),
            Text("Reason", trial => Record(trial).Reason ?? ""),
            Number("ExactAccuracy", record => record.Summary?.ExactAccuracy),
            Number("ExactDivergence", record => record.Summary?.ExactDivergence),
            Number("Facts", record => record.Summary?.Facts),
            Number("DemandedBitsPerParameter", record => Demanded(record.Summary)),
            Number("NonEmbeddingParameters", record => record.Summary?.NonEmbeddingParameters),
            Number("TrainedParameters", record => record.Summary?.TrainedParameters),
        ]);
    }

    /// <summary>
    /// A row for every point: Sweep, its settings, Trials, Missing, then means and standard deviations over its trials, with the
    /// 95% interval of the accuracy.
    /// </summary>
    public DataFrame SummaryToDataFrame()
    {
        DoubleDataFrameColumn Number(string name, Func<PointResult, double?> value) => new(name, Points.Select(value));
        return new DataFrame(
        [
            new StringDataFrameColumn("Sweep", Points.Select(point => point.Point.Sweep.Name)),
            .. PointColumns.Of(AllPoints, AllPoints),
            new Int32DataFrameColumn("Trials", Points.Select(point => point.Done.Count)),
            new Int32DataFrameColumn("Missing", Points.Select(point => point.Missing)),
            Number("Accuracy", point => point.Accuracy.Mean),
            Number("AccuracySd", point => point.Accuracy.Sd),
            Number("AccuracyLow", point => point.Accuracy.Low),
            Number("AccuracyHigh", point => point.Accuracy.High),
            Number("Divergence", point => point.Divergence.Mean),
            Number("DivergenceSd", point => point.Divergence.Sd),
            Number("BitsPerParameter", point => point.BitsPerParameter.Mean),
            Number("BitsPerParameterSd", point => point.BitsPerParameter.Sd),
            Number("Parameters", point => point.Done.Count > 0 ? point.Done[0].Parameters : null),
            Number("BitsPerParameterLow", point => point.BitsPerParameter.Low),
            Number("BitsPerParameterHigh", point => point.BitsPerParameter.High),
            Number("DemandedBitsPerParameter", point => point.Of(TrialMetric.DemandedBitsPerParameter).Mean),
            .. BestColumn(),
        ]);
    }

    /// <summary>The values that were best in each repetition, where the best value of an axis counts.</summary>
    private IEnumerable<DataFrameColumn> BestColumn() => Points.Any(point => point.Point.Sweep.Best is not null)
        ? [new StringDataFrameColumn("Best", Points.Select(point => string.Join(' ', point.Best)))]
        : [];

    private static double? Demanded(ExperimentSummary? summary) =>
        summary is null ? null : TrialMetric.DemandedBitsPerParameter.Of(summary);

    /// <summary>
    /// A row for every search, a point and a repetition each: Sweep, the point's settings but for the searched one, Repetition,
    /// Axis, Value, Status (found, none where not even the last value reaches the target, unfinished), By, Target, Trials, then
    /// results of the trial that reached the target, Missed (the nearest value that was tried and missed) and Tried.
    /// </summary>
    public DataFrame SearchesToDataFrame() => SearchResult.ToDataFrame(Searches);

    /// <summary>
    /// A row for everything tried on several random laws (an axis DistributionSeed), such as random subsets of prompts: Sweep,
    /// the other settings that vary, Of (the axis of a search, or Facts), Tried, Worst (empty where a search found nothing),
    /// Mean, Best.
    /// </summary>
    public DataFrame WorstToDataFrame() => WorstCase.ToDataFrame(WorstCases);

    internal IReadOnlyList<WorstCase> WorstCases => WorstCase.In(Points, Searches);

    internal IReadOnlyList<SearchResult> Searches => SearchResult.Of(trials, FindSettled);

    /// <summary>All except those that a search has not reached, or skips.</summary>
    private static IEnumerable<SweepTrial> Needed(List<SweepTrial> trials, Dictionary<string, TrialRecord?> records) =>
        TrialLine.Of(trials).SelectMany(line =>
        {
            var next = line.Walk(trial => records[trial.Id] is { IsSettled: true } record ? record : null).Next;
            return line.Trials.Where(trial => records[trial.Id] is not null || trial == next);
        });

    private IReadOnlyList<SweepPoint> AllPoints => [.. Points.Select(point => point.Point)];
}
