using NGram.ML.Experiments;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Tables;

namespace NGram.Tests.ML.Sweeps;

/// <summary>Bisection over an axis, on results that are made up.</summary>
[TestClass]
public sealed class SweepSearchTests
{
    private static readonly Sweep Heads = Sweep.FromJson(
        """
        {
          "name": "heads",
          "axes": {"LearningRate": [0.1, 0.2], "Heads": {"from": 1, "to": 11}},
          "best": {"axis": "LearningRate", "by": "ExactAccuracy"},
          "search": {"axis": "Heads", "target": 0.9}
        }
        """,
        "heads");

    private readonly Dictionary<string, TrialRecord> records = [];

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void What_is_found_is_what_trying_all_would_find(bool largest)
    {
        var sweep = Heads with { Search = Heads.Search! with { Largest = largest } };
        for (int limit = 0; limit <= 12; limit++)
        {
            records.Clear();
            bool Reaches(int heads) => largest ? heads <= limit : heads >= limit;
            var all = Enumerable.Range(1, 11).Where(Reaches).ToList();
            var line = (SearchLine)TrialLine.Of(sweep.Trials()).Single();

            int trials = Run(line, trial => Made(trial, Reaches(HeadsOf(trial)) ? 0.9 : 0.89));

            var found = line.Found(Find, out bool isWhole);
            Assert.IsTrue(isWhole);
            int? expected = all.Count == 0 ? null : largest ? all.Max() : all.Min();
            Assert.AreEqual(expected, found is null ? (int?)null : HeadsOf(found));
            // Four halvings of eleven values; two rates where the first does not reach the target.
            Assert.IsInRange(3, 2 * 4, trials);
            Assert.IsLessThanOrEqualTo(line.AtMost.Count, trials);
        }
    }

    [TestMethod]
    public void Rates_are_tried_in_turn_until_one_reaches_the_target()
    {
        var line = (SearchLine)TrialLine.Of(Heads.Trials()).Single();
        Run(line, trial => Made(trial, HeadsOf(trial) >= 5 && Rate(trial) > 0.15 || HeadsOf(trial) >= 8 ? 1 : 0));
        var done = line.Walk(Find).Done;
        Assert.AreSequenceEqual(
            ["6 0.1", "6 0.2", "3 0.1", "3 0.2", "4 0.1", "4 0.2", "5 0.1", "5 0.2"],
            done.Select(trial => FormattableString.Invariant($"{HeadsOf(trial)} {Rate(trial)}")));
        Assert.AreEqual((5, 0.2), (HeadsOf(line.Found(Find, out _)!), Rate(line.Found(Find, out _)!)));
        Assert.HasCount(8, line.AtMost);
    }

    [TestMethod]
    public void A_value_misses_only_after_every_rate_with_every_initial_weight()
    {
        var sweep = (Heads with { Search = Heads.Search! with { Attempts = 3 } }).Repeat(2);
        var lines = TrialLine.Of(sweep.Trials()).Cast<SearchLine>().ToList();
        Assert.HasCount(2, lines, "a line a repetition, not an attempt");
        Assert.HasCount(6 * 11 * 2, lines.SelectMany(line => line.Trials).Select(trial => trial.Id).Distinct());
        var line = lines[1];
        // Six heads reach it at the last attempt alone, five never.
        Run(line, trial =>
            Made(trial, HeadsOf(trial) >= 7 || HeadsOf(trial) == 6 && Rate(trial) > 0.15 && trial.Repetition == 6 ? 1 : 0));
        Assert.AreEqual((6, 6), (HeadsOf(line.Found(Find, out _)!), line.Found(Find, out _)!.Repetition));
        Assert.AreSequenceEqual(
            ["6 0.1 4", "6 0.2 4", "6 0.1 5", "6 0.2 5", "6 0.1 6", "6 0.2 6"],
            line.Walk(Find).Done.Take(6).Select(
                trial => FormattableString.Invariant($"{HeadsOf(trial)} {Rate(trial)} {trial.Repetition}")));
        Assert.AreSequenceEqual([(6.0, true), (3.0, false), (4.0, false), (5.0, false)], line.Tried(Find));
        Assert.HasCount(4 * 6, line.AtMost);
        var result = SearchResult.Of(sweep.Trials(), Find)[1];
        Assert.AreEqual((2, 6.0, 5.0), (result.Repetition, result.Value, result.Missed));
        Assert.AreEqual("6 yes, 3 no, 4 no, 5 no", result.TriedText);
    }

    [TestMethod]
    public void The_nearest_miss_of_a_largest_value_is_above_it()
    {
        var sweep = Heads with { Search = Heads.Search! with { Largest = true } };
        Run((SearchLine)TrialLine.Of(sweep.Trials()).Single(), trial => Made(trial, HeadsOf(trial) <= 4 ? 1 : 0));
        var result = SearchResult.Of(sweep.Trials(), Find).Single();
        Assert.AreEqual((4.0, 5.0), (result.Value, result.Missed));
    }

    [TestMethod]
    public void Every_point_and_repetition_is_searched_by_itself()
    {
        var sweep = Heads.Repeat(3) with { Axes = [.. Heads.Axes, SweepAxis.Of("Layers", 1, 2)] };
        var lines = TrialLine.Of(sweep.Trials());
        Assert.HasCount(6, lines);
        Assert.IsTrue(lines.All(line => line.Trials.Count == 22));
        Assert.HasCount(6, new SweepRunOptions().Select(sweep.Trials()));
        var shards = Enumerable.Range(1, 4).SelectMany(i => new SweepRunOptions { Shard = new(i, 4) }.Select(sweep.Trials()));
        Assert.AreSequenceEqual(
            lines.Select(line => line.Trials[0].Id).Order(),
            shards.Select(line => line.Trials[0].Id).Order());
    }

    [TestMethod]
    public void A_training_that_diverged_missed_the_target_and_another_failure_waits()
    {
        var line = (SearchLine)TrialLine.Of(Heads.Trials()).Single();
        Run(line, trial => HeadsOf(trial) < 9 ? Failed(trial, isPermanent: true) : Made(trial, 1));
        Assert.AreEqual(9, HeadsOf(line.Found(Find, out _)!));
        Assert.IsEmpty(line.Failed(Find));

        records.Clear();
        Run(line, trial => HeadsOf(trial) == 3 ? Failed(trial, isPermanent: false) : Made(trial, 1));
        Assert.IsNull(line.Found(Find, out bool isWhole));
        Assert.IsFalse(isWhole);
        Assert.HasCount(1, line.Failed(Find));
    }

    [TestMethod]
    public void Less_of_a_divergence_reaches_the_target()
    {
        var sweep = Heads with { Search = new() { Axis = "Heads", By = "ExactDivergence", Target = 0.5 } };
        var line = (SearchLine)TrialLine.Of(sweep.Trials()).Single();
        Run(line, trial => Made(trial, 0) with { Summary = Summary(0) with { ExactDivergence = 3.5 / HeadsOf(trial) } });
        Assert.AreEqual(7, HeadsOf(line.Found(Find, out _)!));
    }

    [TestMethod]
    public void It_is_read_and_written_and_another_one_is_another_sweep()
    {
        Assert.AreEqual(Heads.Search, Sweep.FromJson(Heads.ToJson(), "again").Search);
        Assert.AreEqual(
            "search.target is 0.8 and was 0.9",
            SweepIdentity.Difference(Heads with { Search = Heads.Search! with { Target = 0.8 } }, Heads));
        Assert.IsTrue(SweepPresets.Get("nichani").Search!.Largest);
    }

    [TestMethod]
    [DataRow("Layers", "Bits", "heads: Layers, which is searched, is not an axis.")]
    [DataRow("Heads", "Luck", "heads: Luck is not a result")]
    public void What_is_not_an_axis_or_a_result_is_refused(string axis, string by, string message)
    {
        var sweep = Heads with { Search = new() { Axis = axis, By = by } };
        Assert.StartsWith(message, Assert.ThrowsExactly<InvalidDataException>(sweep.Trials).Message);
    }

    [TestMethod]
    public void A_part_of_a_search_is_refused()
    {
        var options = new SweepRunOptions { Only = [SweepAxis.Of("Heads", 6)] };
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => options.Select(Heads.Trials()));
        Assert.AreEqual("Heads is searched by heads: a search is run with all its values.", exception.Message);
    }

    /// <summary>Runs a line to its end; where it stands is read from the records alone each time.</summary>
    private int Run(SearchLine line, Func<SweepTrial, TrialRecord> made)
    {
        int trials = 0;
        for (; line.Walk(Find).Next is { } next; trials++)
            records.Add(next.Id, made(next));
        return trials;
    }

    private TrialRecord? Find(SweepTrial trial) => records.GetValueOrDefault(trial.Id);

    private static int HeadsOf(SweepTrial trial) => trial.Settings.Model.Heads;

    private static double Rate(SweepTrial trial) => trial.Settings.Training.LearningRate;

    private static TrialRecord Made(SweepTrial trial, double accuracy) => new()
    {
        Trial = trial.Id,
        Settings = trial.Settings,
        Status = TrialStatus.Done,
        Summary = Summary(accuracy),
    };

    private static TrialRecord Failed(SweepTrial trial, bool isPermanent) => new()
    {
        Trial = trial.Id,
        Settings = trial.Settings,
        Status = TrialStatus.Failed,
        IsPermanent = isPermanent,
    };

    private static ExperimentSummary Summary(double accuracy) => new()
    {
        Method = ExperimentSummary.Trained,
        Engine = "",
        StopReason = "",
        Bounds = new Dictionary<string, double>(),
        BoundsHold = new Dictionary<string, bool?>(),
        ExactAccuracy = accuracy,
    };
}
