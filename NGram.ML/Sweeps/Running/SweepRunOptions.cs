using NGram.Data.Checks;
using NGram.ML.Shards;

namespace NGram.ML.Sweeps.Running;

/// <summary>How a sweep is run; no option changes a result.</summary>
public sealed record SweepRunOptions
{
    private const int MostJobs = 1024;

    /// <summary>Trials to run at a time; null: as many as there are cores. From 1 to 1024.</summary>
    public int? Jobs { get; init; }

    /// <summary>The part of the trials that is run.</summary>
    public WorkShard Shard { get; init; } = WorkShard.Whole;

    /// <summary>Runs only the trials with one of these values for each of these settings or variables; empty: all.</summary>
    public IReadOnlyList<SweepAxis> Only { get; init; } = [];

    /// <summary>Whether failed trials are run again.</summary>
    public bool RetryFailed { get; init; }

    /// <summary>Whether the first failure stops the sweep.</summary>
    public bool FailFast { get; init; }

    /// <summary>Stops the sweep after this time, as Ctrl-C would; null: never. Positive.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="OptionException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        if (Jobs is { } jobs)
            Require.InRange(jobs, 1, MostJobs, nameof(Jobs));
        Require.That(TimeLimit is null || TimeLimit > TimeSpan.Zero, nameof(TimeLimit), TimeLimit, "a positive time");
    }

    /// <summary>What to run: each trial alone or in its search, the longest first.</summary>
    /// <exception cref="InvalidDataException">
    /// A name of <see cref="Only"/> is not a setting, or is an axis that is searched.
    /// </exception>
    internal IReadOnlyList<TrialLine> Select(IReadOnlyList<SweepTrial> trials)
    {
        foreach (var axis in Only)
        {
            if (trials.FirstOrDefault(trial => IsSearched(trial, axis.Setting)) is { } searched)
            {
                throw new InvalidDataException(
                    $"{axis.Setting} is searched by {searched.Sweep}: a search is run with all its values.");
            }
            if (!trials.Any(trial => trial.Point.Values.ContainsKey(axis.Setting)))
                _ = Values.Setting.Require(axis.Setting);
        }
        bool IsMeant(SweepTrial trial) => Only.All(axis => axis.Has(trial.Point.Get(axis.Setting)));
        var longestFirst = TrialLine.Of(trials.Where(IsMeant))
            .OrderByDescending(line => line.AtMost.Sum(trial => TrialWork.Of(trial.Settings).Weight))
            .ThenBy(line => line.Trials[0].Id, StringComparer.Ordinal);
        return [.. Shard.Of(longestFirst)];
    }

    private static bool IsSearched(SweepTrial trial, string name) =>
        trial.Point.Sweep is { Search: { } search, Best: var best }
        && (name.Equals(search.Axis, StringComparison.OrdinalIgnoreCase)
            || name.Equals(best?.Axis, StringComparison.OrdinalIgnoreCase));
}
