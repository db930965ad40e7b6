using NGram.ML.Experiments;
using NGram.ML.Models;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Reporting;
using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Tables;

namespace NGram.Tests.ML.Sweeps;

/// <summary>An axis of which the best value counts, and the plateau of a capacity curve, on results that are made up.</summary>
[TestClass]
public sealed class SweepBestTests
{
    private static readonly Sweep Rates = Sweep.FromJson(
        """
        {
          "name": "rates",
          "axes": {"Heads": [1, 2], "LearningRate": [0.1, 0.2, 0.3]},
          "derived": {"FinalLearningRate": "LearningRate / 10"},
          "repetitions": 2,
          "best": {"axis": "LearningRate", "by": "Bits"}
        }
        """,
        "rates");

    private static readonly Sweep Curve = Sweep.FromJson(
        """
        {
          "name": "curve",
          "settings": {"VocabularySize": 32},
          "axes": {"Layers": [1, 2], "Prompts": [100, 200, 300, 400]},
          "repetitions": 3,
          "fit": {"x": "DemandedBitsPerParameter", "y": "BitsPerParameter", "plateau": 1.2}
        }
        """,
        "curve");

    [TestMethod]
    public void The_best_of_each_repetition_counts_for_its_point()
    {
        // The second rate is best in the first repetition, the third in the second.
        var points = Points(Rates, trial => Made(bits: 10 * Rate(trial) * (trial.Repetition == 1 && Rate(trial) > 0.2 ? -1 : 1)));

        Assert.HasCount(2, points);
        foreach (var point in points)
        {
            Assert.AreSequenceEqual([2.0, 3.0], point.Done.Select(summary => Math.Round(summary.Bits!.Value, 9)));
            Assert.AreSequenceEqual(["0.2", "0.3"], point.Best);
            Assert.AreEqual(0, point.Missing);
        }
    }

    [TestMethod]
    public void Less_is_best_of_a_divergence()
    {
        var sweep = Rates with { Best = Rates.Best! with { By = "ExactDivergence" } };
        var points = Points(sweep, trial => Made(divergence: Rate(trial)));
        Assert.IsTrue(points.All(point => point.Best.SequenceEqual(["0.1", "0.1"])));
    }

    [TestMethod]
    public void What_is_not_there_is_missing_and_the_best_of_the_rest_counts()
    {
        var points = Points(Rates, trial => trial.Repetition == 2 || Rate(trial) > 0.25 ? null : Made(bits: Rate(trial)));
        foreach (var point in points)
        {
            Assert.AreSequenceEqual(["0.2"], point.Best);
            Assert.AreSequenceEqual([1], point.Repetitions);
            Assert.AreEqual(4, point.Missing);
        }
    }

    [TestMethod]
    public void It_is_read_and_written_and_changes_no_trial()
    {
        Assert.AreEqual(Rates.Best, Sweep.FromJson(Rates.ToJson(), "again").Best);
        Assert.AreSequenceEqual(
            (Rates with { Best = null }).Trials().Select(trial => trial.Id),
            Rates.Trials().Select(trial => trial.Id));
        Assert.HasCount(12, Rates.Trials());
    }

    [TestMethod]
    [DataRow("Layers", "Bits", "rates: Layers, of which the best counts, is not an axis.")]
    [DataRow("Heads", "Luck", "rates: Luck is not a result; it must be one of Accuracy, ExactAccuracy")]
    public void What_is_not_an_axis_or_a_result_is_refused(string axis, string by, string message)
    {
        var sweep = Rates with { Best = new() { Axis = axis, By = by } };
        Assert.StartsWith(message, Assert.ThrowsExactly<InvalidDataException>(sweep.Trials).Message);
    }

    [TestMethod]
    public void A_plateau_is_the_mean_of_what_is_beyond_it_with_the_interval_of_the_repetitions()
    {
        // 1,000 parameters and 5 bits a prompt: 0.5, 1, 1.5 and 2 are demanded; 1.1 and 1.2, 1.3 are held at most.
        var points = Points(Curve, trial =>
        {
            double demanded = trial.Settings.Law!.Prompts!.Value * 5, held = Math.Min(demanded, 1000 + 100 * trial.Repetition);
            return Made(bits: held, divergence: (demanded - held) * Math.Log(2) / trial.Settings.Law!.Prompts!.Value) with
            {
                Prompts = trial.Settings.Law!.Prompts!.Value,
            };
        });

        var plateaus = SweepFits.Of(Curve, points);

        Assert.AreSequenceEqual(["Layers=1", "Layers=2"], plateaus.Select(row => row.Series));
        foreach (var row in plateaus)
        {
            Assert.AreEqual(("BitsPerParameter", "DemandedBitsPerParameter", 0, 2), (row.Y, row.X, row.Fit.Power, row.Points));
            Assert.AreEqual((1.5, 2), (Math.Round(row.From, 9), Math.Round(row.To, 9)));
            Assert.AreEqual(1.2, row.Fit.Intercept, 1e-12);
            // Student's t of two degrees of freedom at 0.975 is 4.3027; the standard deviation of 1.1, 1.2, 1.3 is 0.1.
            Assert.AreEqual(1.2 - 4.3027 * 0.1 / Math.Sqrt(3), row.Intercept!.Value.Low, 1e-4);
            Assert.AreEqual(1.2 + 4.3027 * 0.1 / Math.Sqrt(3), row.Intercept!.Value.High, 1e-4);
        }
    }

    [TestMethod]
    public void The_figure_has_the_points_the_plateau_and_its_interval()
    {
        var points = Points(Curve, trial =>
        {
            double demanded = trial.Settings.Law!.Prompts!.Value * 5, held = Math.Min(demanded, 1000 + 100 * trial.Repetition);
            return Made(bits: held, divergence: (demanded - held) * Math.Log(2) / trial.Settings.Law!.Prompts!.Value) with
            {
                Prompts = trial.Settings.Law!.Prompts!.Value,
            };
        });

        var figure = SweepFigures.Of(Curve, points, SweepFits.Of(Curve, points)).First();

        Assert.AreEqual("curve-plateau", figure.Name);
        Assert.AreEqual(8, figure.Data.Rows.Count);
        var held = figure.Data["BitsPerParameter"].Cast<double>().Take(4);
        Assert.AreSequenceEqual([0.5, 1, 1.2, 1.2], held.Select(y => Math.Round(y, 9)));
        Assert.AreEqual(1.2, (double)figure.Data["Plateau"][0], 1e-12);
        Assert.AreEqual(2, Occurrences(figure.Svg, "<polygon "));
        Assert.AreEqual(8 + 2, Occurrences(figure.Svg, "<circle "));
        Assert.Contains("BitsPerParameter 1.2 (0.952 to 1.448), 3 trials", figure.Svg);
    }

    [TestMethod]
    public void The_preset_has_models_of_one_size()
    {
        var trials = SweepPresets.Get("capacity").Trials();
        Assert.HasCount(3 * 2 * 3 * 8 * 5, trials);
        foreach (var trial in trials)
        {
            var architecture = new TransformerArchitecture
            {
                VocabularySize = 40,
                Order = 3,
                ContextWindow = 3,
                Options = trial.Settings.Model,
            };
            Assert.IsInRange(2195, 2200, architecture.ParameterCount);
            Assert.AreEqual(4096, 64.0 * 256 * trial.Settings.Batches!.Value / trial.Settings.Law!.Prompts!.Value);
        }
    }

    [TestMethod]
    public void What_holds_all_that_is_demanded_has_no_plateau()
    {
        var points = Points(Curve, _ => Made(bits: 500, divergence: 0) with { Prompts = 100 });
        Assert.IsEmpty(SweepFits.Of(Curve, points));
    }

    private static int Occurrences(string text, string part) => text.Split(part).Length - 1;

    private static double Rate(SweepTrial trial) => trial.Settings.Training.LearningRate;

    private static IReadOnlyList<PointResult> Points(Sweep sweep, Func<SweepTrial, ExperimentSummary?> made) =>
        PointResult.Of(sweep.Trials(), trial => new TrialRecord
        {
            Trial = trial.Id,
            Settings = trial.Settings,
            Status = TrialStatus.Done,
            Summary = made(trial),
        });

    private static ExperimentSummary Made(double bits = 0, double divergence = 0) => new()
    {
        Method = ExperimentSummary.Trained,
        Engine = "",
        StopReason = "",
        Bounds = new Dictionary<string, double>(),
        BoundsHold = new Dictionary<string, bool?>(),
        Accuracy = 0.5,
        Bits = bits,
        BitsPerParameter = bits / 1000,
        ExactDivergence = divergence,
        Parameters = 1000,
    };
}
