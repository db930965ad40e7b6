namespace NGram.ML.Sweeps.Running;

/// <summary>
/// Trials that are run one after the other, each depending on the outcomes of those before: a single trial, or a search.
/// </summary>
internal abstract class TrialLine
{
    /// <summary>All trials that it may run.</summary>
    public abstract IReadOnlyList<SweepTrial> Trials { get; }

    /// <summary>The maximum number that it may need.</summary>
    public abstract IReadOnlyList<SweepTrial> AtMost { get; }

    /// <summary>The settled trials that it has reached, in order, and the one to run now; null if it has ended.</summary>
    /// <param name="settled">The outcome of a trial; null if it is still to be run.</param>
    public abstract (IReadOnlyList<SweepTrial> Done, SweepTrial? Next) Walk(Func<SweepTrial, TrialRecord?> settled);

    /// <summary>Whether a failed trial answers it: a training that diverged reaches no target.</summary>
    public abstract bool Accepts(TrialRecord failed);

    /// <summary>The trials that failed without an answer.</summary>
    public IEnumerable<TrialRecord> Failed(Func<SweepTrial, TrialRecord?> recordOf) =>
        Trials.Select(recordOf).OfType<TrialRecord>().Where(record => record.Status == TrialStatus.Failed && !Accepts(record));

    /// <summary>The lines of some trials, in the order of their first trials.</summary>
    public static IReadOnlyList<TrialLine> Of(IEnumerable<SweepTrial> trials) =>
    [
        .. trials.GroupBy(trial => trial.Point.Sweep.Search is null ? trial.Id : SearchLine.KeyOf(trial))
            .Select(line => line.First().Point.Sweep.Search is null
                ? (TrialLine)new SingleLine(line.First())
                : new SearchLine([.. line.DistinctBy(trial => trial.Id)])),
    ];

    private sealed class SingleLine(SweepTrial trial) : TrialLine
    {
        public override IReadOnlyList<SweepTrial> Trials { get; } = [trial];

        public override IReadOnlyList<SweepTrial> AtMost => Trials;

        public override (IReadOnlyList<SweepTrial> Done, SweepTrial? Next) Walk(Func<SweepTrial, TrialRecord?> settled) =>
            settled(trial) is null ? ([], trial) : (Trials, null);

        public override bool Accepts(TrialRecord failed) => false;
    }
}
