using System.Globalization;
using System.Xml.Linq;
using NGram.ML.Models;
using NGram.ML.Reports.Drawing;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Reporting;

namespace NGram.Tests.ML.Sweeps;

/// <summary>The figures of sweeps whose accuracies are made up.</summary>
[TestClass]
public sealed class SweepFiguresTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [TestMethod]
    public void Two_axes_have_curves_with_their_highest_bound_and_a_phase_diagram()
    {
        var figures = Figures(SweepPresets.Get("exp1").Set("EmbeddingDimension", "3,4,5"), (d, x, _) => 0.01 * d + 0.001 * x);

        Assert.AreSequenceEqual(["exp1", "exp1-phase"], figures.Select(figure => figure.Name));
        var curves = XElement.Parse(figures[0].Svg);
        // The guess and Corollary 2 for each d.
        Assert.AreEqual(4, Lines(curves, "polyline", isDashed: true));
        Assert.AreEqual(3, Lines(curves, "polyline", isDashed: false));
        Assert.Contains("dashed: Corollary 2, H min(d_h, d) + d", Texts(curves));
        Assert.AreEqual(21 + 3, curves.Descendants(Svg + "circle").Count());
        Assert.Contains("exp1 EmbeddingDimension=4 Heads=6: accuracy 0.0460 (sd 0.0000), 5 trials", Titles(curves));
        Assert.AreSequenceEqual(
            ["Series", "Heads", "Accuracy", "AccuracyLow", "AccuracyHigh", "Trials", "Fit", "chance", "corollary2"],
            figures[0].Data.Columns.Select(column => column.Name));
        Assert.AreEqual(0.06, figures[0].Data["corollary2"][1]);

        var map = XElement.Parse(figures[1].Svg);
        Assert.Contains("exp1 EmbeddingDimension=4 Heads=6: accuracy 0.0460 (sd 0.0000), 5 trials", Titles(map));
        Assert.AreEqual(21, figures[1].Data.Rows.Count);
        Assert.AreSequenceEqual(
            ["EmbeddingDimension", "Heads", "Accuracy", "AccuracyLow", "AccuracyHigh", "Trials", "corollary2"],
            figures[1].Data.Columns.Select(column => column.Name));
    }

    [TestMethod]
    public void A_bound_whose_conditions_do_not_hold_is_not_drawn()
    {
        var sweep = SweepPresets.Get("exp1").Set("EmbeddingDimension", "3,4,5");
        var figure = SweepFigures.Of(sweep, MadeResults.Of(sweep, (_, _, _) => 0.5, holds: false), []).First();

        Assert.AreEqual(1, Lines(XElement.Parse(figure.Svg), "polyline", isDashed: true));
        Assert.DoesNotContain("corollary2", figure.Data.Columns.Select(column => column.Name));
    }

    [TestMethod]
    public void A_single_curve_has_every_bound_in_the_legend()
    {
        var texts = Texts(XElement.Parse(Figures(SweepPresets.Get("exp6"), (_, x, _) => 0.04 * x).Single().Svg));

        Assert.Contains("Random baseline", texts);
        Assert.Contains("Corollary 2, H min(d_h, d) + d", texts);
    }

    [TestMethod]
    public void Experiment_5_is_drawn_against_the_parameters_with_both_models_in_one_figure()
    {
        var figures = Figures(SweepPresets.Get("exp5"), (d, x, _) => 0.01 * d);

        Assert.AreSequenceEqual(
            ["exp5-parameters", "exp5-att", "exp5-att-phase", "exp5-mlp", "exp5-mlp-phase"],
            figures.Select(figure => figure.Name));
        var data = figures[0].Data;
        Assert.AreEqual(2 * 3 * 7, data.Rows.Count);
        Assert.AreSequenceEqual(
            ["Sweep", "Series", "Parameters", "Accuracy", "AccuracyLow", "AccuracyHigh", "Trials"],
            data.Columns.Select(column => column.Name));
        // As MadeResults counts them: 1,000 a head, and one for each of the MLP's 2 * 7 * (6 - 1).
        Assert.AreEqual(6000.0, data["Parameters"][1]);
        Assert.AreEqual("exp5-mlp", data["Sweep"][22]);
        Assert.AreEqual(1070.0, data["Parameters"][22]);
        var chart = XElement.Parse(figures[0].Svg);
        // Discs for attention, squares for the MLP; one of each in the legend.
        Assert.AreEqual(3 * 7 + 3, chart.Descendants(Svg + "circle").Count());
        Assert.AreEqual(3 * 7 + 3, chart.Descendants(Svg + "rect").Count());
        Assert.Contains("exp5-mlp d = 7", Texts(chart));
    }

    [TestMethod]
    public void The_theorem_is_drawn_with_what_was_built_and_trained()
    {
        var sweep = SweepPresets.Get("theory");

        var figures = Figures(sweep, (_, heads, _) => 0.01 * heads);

        Assert.AreSequenceEqual(
            [
                "theory-heads-together", "theory-shared-together",
                "trained-phase", "trained-phase-phase", "built-phase", "built-phase-phase",
            ],
            figures.Select(figure => figure.Name));
        var chart = XElement.Parse(figures[0].Svg);
        Assert.Contains("Corollary 2, H min(d_h, d) + d", Texts(chart));
        Assert.AreEqual(2, Lines(chart, "polyline", isDashed: true));
        // What was built has points alone, along the theorem's line.
        Assert.AreEqual(1, Lines(chart, "polyline", isDashed: false));
        Assert.Contains("trained Heads=3: accuracy 0.0300 (sd 0.0000), 3 trials", Titles(chart));
        chart = XElement.Parse(figures[1].Svg);
        Assert.AreEqual(2, Lines(chart, "polyline", isDashed: false));
        foreach (string name in (string[])["Built, per-head", "Trained, per-head", "Trained, shared projections"])
            Assert.Contains(name, Texts(chart));
        // MadeResults' bound is 0.01 a head: levels 0.25, 0.5 and 0.75 lie between 17 and 25, 45 and 65, 65 and 89, in six rows.
        var contours = XElement.Parse(figures[3].Svg).Descendants(Svg + "line")
            .Where(line => (string?)line.Attribute("class") == "contour");
        Assert.AreEqual(3 * 6, contours.Count());
    }

    [TestMethod]
    [DataRow(179.5)]
    [DataRow(268)]
    [DataRow(999)]
    public void The_highest_point_is_within_a_chart_and_above_the_others(double most)
    {
        var chart = new SvgChart("t", "x", "y");
        chart.Add(new("", 0, [new(1, most, null, null, ""), new(2, 0.95 * most, null, null, "")]));
        double[] heights = [.. XElement.Parse(chart.ToString()).Descendants(Svg + "circle")
            .Select(circle => double.Parse((string)circle.Attribute("cy")!, CultureInfo.InvariantCulture))];
        Assert.IsLessThan(heights[1], heights[0]);
    }

    [TestMethod]
    [DataRow(100, 0.5, DisplayName = "a factor of 100: by the logarithm")]
    [DataRow(50, 9.0 / 49, DisplayName = "a factor of 50: linear")]
    public void A_wide_axis_is_logarithmic(int most, double share)
    {
        var chart = new SvgChart("t", "x", "y") { MayBeLogarithmic = true };
        chart.Add(new("", 0, [.. new[] { 1, 10, most }.Select(x => new ChartPoint(x, 0.5, null, null, ""))]));
        double[] places = [.. XElement.Parse(chart.ToString()).Descendants(Svg + "circle")
            .Select(circle => double.Parse((string)circle.Attribute("cx")!, CultureInfo.InvariantCulture))];
        Assert.AreEqual(share, (places[1] - places[0]) / (places[2] - places[0]), 1e-4);
    }

    [TestMethod]
    public void A_page_says_where_trained_models_reach_nearly_all_and_the_heads_that_the_theorem_asks_for()
    {
        var sweep = SweepPresets.Get("exp6");
        var made = MadeResults.Of(sweep, (_, x, _) => x < 10 ? 0.9 : 0.995);

        var thresholds = ThresholdSection.Of(sweep, made);

        var row = thresholds.Single();
        Assert.AreEqual(new Reach(13, 21), row.Trained);
        Assert.IsNull(row.Built);
        // Of 100 prompts and 10 tokens 0.1 + 0.9 K / 100 is 0.99 from K = 99 on, and K is 2 H + 2: beyond the heads tried.
        Assert.AreEqual(49, row.Promised);
        Assert.IsNull(ThresholdSection.Answer(thresholds));
        Assert.IsEmpty(ThresholdSection.Of(sweep, MadeResults.Of(sweep, (_, _, _) => 0.5, holds: false)));
    }

    [TestMethod]
    public void Trained_and_built_models_of_one_kind_share_a_row_with_what_the_theorem_asks_for()
    {
        var sweep = SweepPresets.Get("theory");

        var rows = ThresholdSection.Of(sweep, MadeResults.Of(sweep, (_, heads, _) => heads < 9 ? 0.5 : 1));

        Assert.AreSequenceEqual(
            ["", "", "", .. new[] { 1, 2, 4, 6, 8, 10 }.Select(d => $"HeadDimension={d}")], rows.Select(row => row.Series));
        Assert.AreSequenceEqual(
            ["Trained", "Trained, per-head", "Trained, shared projections"], rows.Take(3).Select(row => row.Sweep));
        // 1/30 + 29/30 K / 900 is 0.99 from K = 891 on, and K is d_h H + 10; of shared projections nothing is proved.
        Assert.AreSequenceEqual([89, 177, null, 881, 441, 221, 147, 111, 89], rows.Select(row => (int?)row.Promised));
        Assert.AreSequenceEqual([.. Enumerable.Range(0, 9).Select(i => i == 2)], rows.Select(row => row.Built is null));
        Assert.IsTrue(rows.All(row => row.Trained == new Reach(9, row.Series.Length > 0 ? 89 : 93)));
        Assert.AreEqual(
            "For an accuracy of 0.99 the theorem asks for H = 89; its weights, built, reach it at 9, "
            + "trained models at 9, the first tried that do.",
            ThresholdSection.Answer(rows));
    }

    [TestMethod]
    public void The_table_of_bounds_is_that_of_the_smallest_model_to_which_every_prompt_is_promised()
    {
        var (model, _) = StatementSection.Model(SweepPresets.Get("theory"));
        Assert.AreEqual((89, 10, ModelPrecision.Float32), (model.Model.Heads, model.Model.HeadDimension, model.Model.Precision));

        // Of experiment 6 none is: 2 * 21 + 2 of 100.
        Assert.AreEqual(21, StatementSection.Model(SweepPresets.Get("exp6")).Model.Model.Heads);
    }

    [TestMethod]
    public void Every_combination_of_other_axes_has_a_phase_diagram_of_its_own()
    {
        var sweep = SweepPresets.Get("exp1").Set("EmbeddingDimension", "3,4,5").Set("Projections", "shared,per-head");

        var figures = Figures(sweep, (d, x, _) => 0.01 * d);

        Assert.AreSequenceEqual(["exp1", "exp1-phase-1", "exp1-phase-2"], figures.Select(figure => figure.Name));
        Assert.Contains("(Projections=per-head)", figures[2].Svg);
    }

    [TestMethod]
    public void Figures_are_XML_whatever_a_sweep_is_called()
    {
        var sweep = SweepPresets.Get("exp6") with { Title = "<b> & \"c\"" };

        var figure = Figures(sweep, (_, x, _) => 0.01 * x).Single();

        Assert.Contains("<b> & \"c\"", Texts(XElement.Parse(figure.Svg)));
    }

    private static List<SweepFigure> Figures(Sweep sweep, Func<double, double, int, double> accuracy)
    {
        var made = MadeResults.Of(sweep, accuracy);
        return [.. SweepFigures.Of(sweep, made, SweepFits.Of(sweep, made))];
    }

    private static int Lines(XElement svg, string name, bool isDashed) =>
        svg.Descendants(Svg + name).Count(line => line.Attribute("stroke-dasharray") is not null == isDashed);

    private static IEnumerable<string> Texts(XElement svg) => svg.Descendants(Svg + "text").Select(text => text.Value);

    private static IEnumerable<string> Titles(XElement svg) => svg.Descendants(Svg + "title").Select(title => title.Value);
}
