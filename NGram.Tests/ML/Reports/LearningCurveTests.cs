using System.Text.Json.Nodes;
using Microsoft.Data.Analysis;
using NGram.ML.Reports;
using XPlot.Plotly;

namespace NGram.Tests.ML.Reports;

[TestClass]
public sealed class LearningCurveTests
{
    [TestMethod]
    public void Both_charts_have_the_notebook_s_titles_axes_and_ranges()
    {
        var curve = new LearningCurve(SampleRun.History(20_000), SampleRun.Bounds);
        var divergence = Layout(curve.DivergenceChart());
        var accuracy = Layout(curve.AccuracyChart());
        foreach (var layout in new[] { divergence, accuracy })
        {
            Assert.AreEqual("Transformer's learning dynamics", layout["title"]!["text"]!.GetValue<string>());
            Assert.AreEqual("Batch number", layout["xaxis"]!["title"]!["text"]!.GetValue<string>());
        }
        Assert.AreEqual("Divergence", divergence["yaxis"]!["title"]!["text"]!.GetValue<string>());
        Assert.AreEqual("Accuracy", accuracy["yaxis"]!["title"]!["text"]!.GetValue<string>());
        CollectionAssert.AreEqual(new[] { -0.1, 1.1 }, accuracy["yaxis"]!["range"]!.AsArray().GetValues<double>().ToArray());
    }

    [TestMethod]
    public void Lines_are_named_with_their_values_and_marked_beyond_their_conditions()
    {
        var curve = new LearningCurve(SampleRun.History(20_000), SampleRun.Bounds, trainedBaseline: 0.00571);
        CollectionAssert.AreEqual(
            new[]
            {
                "Transformer, every batch",
                "Transformer, mean of 201 batches",
                "Uniform baseline: 3.912",
                "Trained baseline: 0.0057",
            },
            Names(curve.DivergenceChart()));
        CollectionAssert.AreEqual(
            new[]
            {
                "Next token, every batch",
                "Next token, mean of 201 batches",
                "Random baseline: 0.02",
                "Our Lower bound †: 0.089",
                "Our Lower bound (Corollary 2) †: 0.0929",
                "Previous lower bound †: 0.0808",
                "Previous lower bound (stated) †: 0.029",
            },
            Names(curve.AccuracyChart()));
    }

    [TestMethod]
    public void Every_line_has_a_label_and_labels_do_not_overlap()
    {
        var layout = Layout(new LearningCurve(SampleRun.History(20_000), SampleRun.Bounds).AccuracyChart());
        // A label's height in pixels: its line's, 300 pixels over a range of 1.2, and its own shift (ay points down).
        double[] heights = [.. layout["annotations"]!.AsArray().Select(label =>
            label!["y"]!.GetValue<double>() * 300 / 1.2 - label["ay"]!.GetValue<double>()).Order()];
        Assert.HasCount(5, heights);
        for (int i = 1; i < heights.Length; i++)
            Assert.IsGreaterThanOrEqualTo(15 - 1e-9, heights[i] - heights[i - 1]);
    }

    [TestMethod]
    public void A_long_history_is_drawn_with_about_a_thousand_points_and_its_extremes()
    {
        var history = SampleRun.History(20_000);
        history["Accuracy"][12_345] = 0.99;
        var traces = Data(new LearningCurve(history, []).AccuracyChart());
        Assert.HasCount(2, traces);
        double[] raw = [.. traces[0]!["y"]!.AsArray().GetValues<double>()];
        Assert.IsLessThanOrEqualTo(1000, raw.Length);
        Assert.AreEqual(0.99, raw.Max());
        Assert.HasCount(1000, traces[1]!["y"]!.AsArray());
        Assert.AreEqual(20_000, traces[1]!["x"]!.AsArray()[^1]!.GetValue<int>());
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(50)]
    public void A_short_history_is_one_line_of_every_batch(int batches)
    {
        var trace = Data(new LearningCurve(SampleRun.History(batches), []).DivergenceChart()).Single()!;
        Assert.HasCount(batches, trace["y"]!.AsArray());
        Assert.AreEqual("Transformer", trace["name"]!.GetValue<string>());
    }

    [TestMethod]
    public void A_loss_that_is_not_finite_is_a_gap_and_leaves_the_range_alone()
    {
        var history = SampleRun.History(50);
        history["Divergence"][20] = double.NaN;
        history["Divergence"][21] = double.PositiveInfinity;
        var chart = new LearningCurve(history, []).DivergenceChart();
        Assert.AreEqual(2, Data(chart).Single()!["y"]!.AsArray().Count(value => value is null));
        Assert.IsLessThan(6, Layout(chart)["yaxis"]!["range"]![1]!.GetValue<double>());
    }

    [TestMethod]
    public void Without_a_law_the_axis_is_the_cross_entropy()
    {
        var chart = new LearningCurve(SampleRun.History(10, "CrossEntropy"), []).DivergenceChart();
        Assert.AreEqual("Cross entropy", Layout(chart)["yaxis"]!["title"]!["text"]!.GetValue<string>());
    }

    [TestMethod]
    public void Columns_of_other_numbers_are_read()
    {
        var history = new DataFrame(
            new SingleDataFrameColumn("Divergence", [2f, 1f]),
            new Int32DataFrameColumn("Accuracy", [0, 1]));
        var trace = Data(new LearningCurve(history, []).AccuracyChart()).Single()!;
        CollectionAssert.AreEqual(new double[] { 0, 1 }, trace["y"]!.AsArray().GetValues<double>().ToArray());
    }

    [TestMethod]
    public void A_missing_column_is_named()
    {
        var history = new DataFrame(new SingleDataFrameColumn("Divergence", [2f, 1f]));
        var error = Assert.ThrowsExactly<ArgumentException>(() => new LearningCurve(history, []));
        StringAssert.Contains(error.Message, "no column Accuracy");
    }

    private static JsonObject Layout(PlotlyChart chart) => ChartMarkup.ToJson(chart)["layout"]!.AsObject();

    private static JsonArray Data(PlotlyChart chart) => ChartMarkup.ToJson(chart)["data"]!.AsArray();

    private static string[] Names(PlotlyChart chart) => [.. Data(chart).Select(trace => trace!["name"]!.GetValue<string>())];
}
