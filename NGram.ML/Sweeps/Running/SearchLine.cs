using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Running;

/// <summary>
/// A bisection over the values of the searched axis, with the trials to try in turn for each value. It has no state: its position
/// follows from the outcomes of its trials, whoever ran them and when.
/// </summary>
internal sealed class SearchLine : TrialLine
{
    private readonly SweepSearch search;
    private readonly TrialMetric metric;

    // In the order of the search: those that reach the target come last.
    private readonly IReadOnlyList<IReadOnlyList<SweepTrial>> steps;

    /// <summary>
    /// A search over trials that differ only in the searched axis, the one whose best value counts, and the attempt.
    /// </summary>
    public SearchLine(IReadOnlyList<SweepTrial> trials)
    {
        Trials = trials;
        search = trials[0].Point.Sweep.Search!;
        metric = TrialMetric.Require(search.By, trials[0].Sweep);
        double Value(SweepTrial trial) => SettingsText.Number(trial.Point.Get(search.Axis))!.Value;
        var ascending = trials.GroupBy(Value).OrderBy(value => value.Key)
            .Select(value => (IReadOnlyList<SweepTrial>)[.. value.OrderBy(trial => trial.Repetition)]);
        steps = [.. search.Largest ? ascending.Reverse() : ascending];
        AtMost = [.. Longest(-1, steps.Count).Trials];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<SweepTrial> Trials { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<SweepTrial> AtMost { get; }

    /// <summary>The repetition of the search, counted from 1, that a trial is an attempt of.</summary>
    public static int RepetitionOf(SweepTrial trial) => (trial.Repetition - 1) / trial.Point.Sweep.Search!.Attempts + 1;

    /// <summary>What trials of one search have in common.</summary>
    public static string KeyOf(SweepTrial trial)
    {
        var sweep = trial.Point.Sweep;
        return FormattableString.Invariant(
            $"{sweep.Name}\n{RepetitionOf(trial)}\n{trial.Point.Without(sweep.Search!.Axis, sweep.Best?.Axis)}");
    }

    /// <inheritdoc/>
    public override bool Accepts(TrialRecord failed) => failed.IsPermanent;

    /// <inheritdoc/>
    public override (IReadOnlyList<SweepTrial> Done, SweepTrial? Next) Walk(Func<SweepTrial, TrialRecord?> settled)
    {
        var (done, next, _) = Bisect(settled);
        return (done, next);
    }

    /// <summary>The trial that reached the target, at the value that was found; null if not even the last value does.</summary>
    /// <param name="settled">The outcome of a trial; null if it is still to be run.</param>
    /// <param name="isWhole">Whether the search has come to its end.</param>
    public SweepTrial? Found(Func<SweepTrial, TrialRecord?> settled, out bool isWhole)
    {
        var (done, next, found) = Bisect(settled);
        isWhole = next is null && !done.Any(trial => settled(trial) is { Status: TrialStatus.Failed, IsPermanent: false });
        return isWhole ? found : null;
    }

    /// <summary>The values that were tried to the end, in the order of the search, and whether each reached the target.</summary>
    public IReadOnlyList<(double Value, bool IsReached)> Tried(Func<SweepTrial, TrialRecord?> settled)
    {
        double Value(SweepTrial trial) => SettingsText.Number(trial.Point.Get(search.Axis))!.Value;
        bool IsHit(SweepTrial trial) => Reaches(settled(trial));
        var done = Walk(settled).Done;
        return
        [
            .. done.GroupBy(Value)
                .Select(value => (value.Key, IsReached: value.Any(IsHit), Attempts: value.Count()))
                .Where(value => value.IsReached || value.Attempts == Trials.Count / steps.Count)
                .Select(value => (value.Key, value.IsReached)),
        ];
    }

    private bool Reaches(TrialRecord? record) =>
        record?.Summary is { } summary && metric.Reaches(metric.Of(summary), search.Target);

    private (List<SweepTrial> Done, SweepTrial? Next, SweepTrial? Found) Bisect(Func<SweepTrial, TrialRecord?> settled)
    {
        List<SweepTrial> done = [];
        SweepTrial? found = null;
        int missed = -1, reached = steps.Count;
        while (reached - missed > 1)
        {
            int middle = Middle(missed, reached);
            SweepTrial? hit = null;
            foreach (var trial in steps[middle])
            {
                if (settled(trial) is not { } record)
                    return (done, trial, null);
                done.Add(trial);
                // A failure for a reason other than its settings says nothing: the search waits for the trial to be tried again.
                if (record is { Status: TrialStatus.Failed, IsPermanent: false })
                    return (done, null, null);
                if (Reaches(record))
                {
                    hit = trial;
                    break;
                }
            }
            (missed, reached, found) = hit is null ? (middle, reached, found) : (missed, middle, hit);
        }
        return (done, null, found);
    }

    /// <summary>The most trials between two steps, and among equally many those with the most work.</summary>
    private (IEnumerable<SweepTrial> Trials, int Count, double Work) Longest(int missed, int reached)
    {
        if (reached - missed <= 1)
            return ([], 0, 0);
        int middle = Middle(missed, reached);
        var (below, above) = (Longest(missed, middle), Longest(middle, reached));
        var (rest, count, work) = (above.Count, above.Work).CompareTo((below.Count, below.Work)) >= 0 ? above : below;
        double own = steps[middle].Sum(trial => TrialWork.Of(trial.Settings).Weight);
        return (steps[middle].Concat(rest), count + steps[middle].Count, work + own);
    }

    private static int Middle(int missed, int reached) => missed + (reached - missed) / 2;
}
