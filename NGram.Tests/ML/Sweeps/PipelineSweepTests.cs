using Microsoft.ML;
using NGram.Data.Checks;
using NGram.ML.Estimators;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Pipelines;
using NGram.Tests.ML.Estimators;

namespace NGram.Tests.ML.Sweeps;

[TestClass]
public sealed class PipelineSweepTests
{
    private readonly MLContext ml = new(seed: 1);
    private readonly IDataView train, test;

    public PipelineSweepTests()
    {
        train = ml.Data.LoadFromEnumerable(TextRow.Cycle(300, seed: 1));
        test = ml.Data.LoadFromEnumerable(TextRow.Cycle(100, seed: 2));
    }

    [TestMethod]
    public void A_pipeline_of_ours_and_one_of_stock_parts_are_fitted_at_every_point()
    {
        var sweep = ml.NGrams.Sweep(
            (context, trial) => TextRow.ToKeys(context).Append(trial.Text("Trainer") == "sdca"
                ? context.Transforms.Conversion.MapKeyToVector("Features", "Context")
                    .Append(context.MulticlassClassification.Trainers.SdcaMaximumEntropy()) as IEstimator<ITransformer>
                : context.MulticlassClassification.Trainers.AttentionTransformer(new AttentionTransformerOptions
                {
                    NumberOfEpochs = trial.Integer("Epochs"),
                    Heads = 2,
                    BatchSize = 32,
                    Seed = trial.Seed,
                })),
            SweepAxis.OfNames("Trainer", "attention", "sdca"),
            SweepAxis.Of("Epochs", 1, 20));

        var result = sweep.Run(train, test, new() { Repetitions = 2 });

        var rows = result.ToDataFrame();
        Assert.AreSequenceEqual(
            ["Trainer", "Epochs", "Repetition", "Status", "Seed", "MicroAccuracy", "MacroAccuracy", "LogLoss", "LogLossReduction",
                "Seconds", "Reason"],
            rows.Columns.Select(column => column.Name));
        Assert.AreSequenceEqual(new object[] { 1.0, 1.0, 20.0, 20.0, 1.0, 1.0, 20.0, 20.0 }, rows["Epochs"].Cast<object>());
        Assert.AreSequenceEqual(Enumerable.Repeat("done", 8), rows["Status"].Cast<string>());
        var best = result.Best("LogLoss", isSmallest: true);
        Assert.AreEqual("attention", best.Text("Trainer"));
        Assert.AreEqual(20, best.Integer("Epochs"));
        // A cycle is learned whole, as the same pipeline alone learns it.
        var alone = sweep.CreatePipeline(best).Fit(train);
        double accuracy = ml.MulticlassClassification.Evaluate(alone.Transform(test)).MicroAccuracy;
        Assert.AreEqual(1, accuracy);
        Assert.AreEqual(accuracy, result.Outcomes[2].Metrics!["MicroAccuracy"]);
        (alone as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void Points_are_summarised_over_their_repetitions()
    {
        var sweep = ml.NGrams.Sweep((context, trial) => TextRow.ToKeys(context), SweepAxis.Of("x", 2, 5));
        int calls = 0;
        double[] measured = [1, 3, 10, 14];

        var result = sweep.Run(train, test, new()
        {
            Repetitions = 2,
            Jobs = 1,
            Evaluate = (_, _) => new Dictionary<string, double> { ["Size"] = measured[calls++] },
        });

        var summary = result.SummaryToDataFrame();
        Assert.AreSequenceEqual(
            ["x", "Trials", "Missing", "Size", "SizeSd", "SizeLow", "SizeHigh"],
            summary.Columns.Select(column => column.Name));
        Assert.AreSequenceEqual(new object[] { 2.0, 12.0 }, summary["Size"].Cast<object>());
        // The sample's standard deviation by hand, and 12.706 = t(0.975) of one degree of freedom.
        Assert.AreEqual(Math.Sqrt(8), (double)summary["SizeSd"][1], 1e-12);
        Assert.AreEqual(12 + 12.706 * Math.Sqrt(8) / Math.Sqrt(2), (double)summary["SizeHigh"][1], 1e-3);
        Assert.AreEqual(5, result.Best("Size").Integer("x"));
        Assert.AreEqual(2, result.Best("Size", isSmallest: true).Integer("x"));
        Assert.Contains("they have [Size]", Assert.ThrowsExactly<ArgumentException>(() => result.Best("Loss")).Message);
    }

    [TestMethod]
    public void A_pipeline_that_fails_has_its_reason_and_the_others_go_on()
    {
        var sweep = ml.NGrams.Sweep(
            (context, trial) => trial.Integer("x") == 2 ? throw new InvalidOperationException("odd") : TextRow.ToKeys(context),
            SweepAxis.Of("x", 1, 2, 3));

        var result = sweep.Run(train, test, new() { Evaluate = (_, _) => new Dictionary<string, double> { ["One"] = 1 } });

        Assert.AreSequenceEqual(new object[] { "", "odd", "" }, result.ToDataFrame()["Reason"].Cast<object>());
        Assert.AreSequenceEqual(new object[] { 1, 0, 1 }, result.SummaryToDataFrame()["Trials"].Cast<object>());
        Assert.AreSequenceEqual(new object[] { 0, 1, 0 }, result.SummaryToDataFrame()["Missing"].Cast<object>());
    }

    [TestMethod]
    public void Models_are_disposed_and_seeds_belong_to_their_trials()
    {
        List<int> seeds = [];
        var sweep = ml.NGrams.Sweep(
            (context, trial) =>
            {
                lock (seeds)
                    seeds.Add(trial.Seed);
                return TextRow.ToKeys(context);
            },
            SweepAxis.Of("x", 1, 2));
        PipelineSweepOptions options = new() { Repetitions = 2, Evaluate = (_, _) => new Dictionary<string, double>() };

        sweep.Run(train, test, options);
        sweep.Run(train, test, options with { Jobs = 1 });

        Assert.HasCount(4, seeds.Distinct());
        Assert.AreSequenceEqual(seeds.Take(4).Order(), seeds.Skip(4).Order());
    }

    [TestMethod]
    public void What_is_cancelled_keeps_what_has_ended()
    {
        using var cancellation = new CancellationTokenSource();
        var sweep = ml.NGrams.Sweep((context, _) => TextRow.ToKeys(context), SweepAxis.Of("x", 1, 2, 3));

        var result = sweep.Run(train, test, new()
        {
            Jobs = 1,
            CancellationToken = cancellation.Token,
            Evaluate = (_, _) =>
            {
                cancellation.Cancel();
                return new Dictionary<string, double> { ["One"] = 1 };
            },
        });

        Assert.HasCount(1, result.Outcomes);
        Assert.AreSequenceEqual(new object[] { 0, 1, 1 }, result.SummaryToDataFrame()["Missing"].Cast<object>());
    }

    [TestMethod]
    public void What_does_not_fit_is_said()
    {
        static IEstimator<ITransformer> Create(MLContext context, PipelineTrial trial) => TextRow.ToKeys(context);

        Assert.Contains("Axes is x twice", Assert.ThrowsExactly<OptionException>(() =>
            ml.NGrams.Sweep(Create, SweepAxis.Of("x", 1), SweepAxis.Of("X", 2))).Message, StringComparison.OrdinalIgnoreCase);
        Assert.ThrowsExactly<OptionException>(() => ml.NGrams.Sweep(Create, SweepAxis.Of("x")));
        var sweep = ml.NGrams.Sweep(Create, SweepAxis.Of("x", 1));
        Assert.Contains("Repetitions is 0", Assert.ThrowsExactly<OptionException>(() =>
            sweep.Run(train, test, new() { Repetitions = 0 })).Message);
        var trial = sweep.Run(train, test, new() { Evaluate = (_, _) => new Dictionary<string, double>() }).Outcomes[0].Trial;
        Assert.Contains("no axis y; the axes are x", Assert.ThrowsExactly<ArgumentException>(() => trial.Number("y")).Message);
        Assert.AreEqual("x=1", trial.ToString());
    }
}
