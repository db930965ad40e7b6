using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Analysis;
using NGram.ML.Sweeps.Tables;

namespace NGram.Tests.ML.Sweeps;

/// <summary>The fits of sweeps whose accuracies are made up.</summary>
[TestClass]
public sealed class SweepFitsTests
{
    [TestMethod]
    public void The_slopes_of_lines_are_fitted_against_the_other_axis()
    {
        var sweep = SweepPresets.Get("exp4");

        var fits = SweepFits.Of(sweep, MadeResults.Of(sweep, (d, x, _) => 0.0002 * d * d * x + 0.01));

        // Eleven lines and their slopes, by three powers each.
        Assert.HasCount(3 * 11 + 3, fits);
        var slopes = fits.Where(fit => fit.Y == "Slope").ToList();
        Assert.AreSequenceEqual([false, true, true], slopes.Select(fit => fit.IsPaper));
        Assert.AreEqual(0.0002, slopes[1].Fit.Slope, 1e-12);
        Assert.AreEqual(1, slopes[1].Fit.R2, 1e-9);
        Assert.AreEqual("EmbeddingDimension", slopes[1].X);
        var line = fits.Single(fit => fit is { Series: "EmbeddingDimension=10", IsPaper: true });
        Assert.AreEqual(0.02, line.Fit.Slope, 1e-12);
        Assert.AreEqual(0.01, line.Fit.Intercept, 1e-12);
    }

    [TestMethod]
    public void A_line_ends_with_the_first_accuracy_above_the_limit()
    {
        var sweep = SweepPresets.Get("exp1").Set("EmbeddingDimension", "10");

        var fit = SweepFits.Of(sweep, MadeResults.Of(sweep, (_, x, _) => Math.Min(1, 0.05 * x))).Single(row => row.IsPaper);

        // 1, 6, 11, 16 and 21, which is the first above 0.95; 26 and 31 are not.
        Assert.AreEqual(5, fit.Points);
        Assert.AreEqual(21, fit.To);
    }

    [TestMethod]
    public void Two_lines_share_the_point_at_which_they_are_split()
    {
        var sweep = SweepPresets.Get("exp3");

        var lines = SweepFits.Of(sweep, MadeResults.Of(sweep, (d, _, _) => d <= 10 ? 0.05 * d : 0.5 + 0.02 * (d - 10)))
            .Where(row => row.IsPaper)
            .ToList();

        Assert.HasCount(2, lines);
        Assert.AreEqual((5, 10, 0.05), (lines[0].From, lines[0].To, Math.Round(lines[0].Fit.Slope, 9)));
        Assert.AreEqual((10, 15, 0.02), (lines[1].From, lines[1].To, Math.Round(lines[1].Fit.Slope, 9)));
    }

    [TestMethod]
    public void The_bootstrap_interval_is_as_wide_as_the_repetitions_differ()
    {
        var sweep = SweepPresets.Get("exp6");
        var random = new Random(1);
        // Uniform within 0.1: a standard deviation of 0.0577.
        var made = MadeResults.Of(sweep, (_, x, _) => 0.02 * x + 0.1 + 0.2 * (random.NextDouble() - 0.5));

        var (low, high) = SweepFits.Of(sweep, made).Single(row => row.IsPaper).Slope!.Value;

        // The slope's standard error by hand: sd / sqrt(20 sum (x - mean)^2), x = 1, 5, ..., 21.
        double error = 0.2 / Math.Sqrt(12) / Math.Sqrt(20 * 280);
        Assert.AreEqual(2 * 1.96 * error, high - low, 0.3 * 2 * 1.96 * error);
        Assert.IsTrue(low < 0.02 + 3 * error && high > 0.02 - 3 * error);
        Assert.AreEqual((low, high), SweepFits.Of(sweep, made).Single(row => row.IsPaper).Slope);
    }

    [TestMethod]
    public void The_best_form_is_the_one_that_made_the_points()
    {
        var sweep = SweepPresets.Get("exp2");
        var random = new Random(2);

        var fits = SweepFits.Of(sweep, MadeResults.Of(sweep, (_, x, _) => 0.0008 * x * x * x + 0.01 * random.NextDouble()));

        Assert.AreEqual(3, fits.Single(fit => fit.IsBest).Fit.Power);
        Assert.AreEqual(2, fits.Single(fit => fit.IsPaper).Fit.Power);
    }

    [TestMethod]
    public void One_repetition_has_no_interval()
    {
        var sweep = SweepPresets.Get("exp6").Repeat(1);

        Assert.IsNull(SweepFits.Of(sweep, MadeResults.Of(sweep, (_, x, _) => 0.02 * x))[0].Slope);
    }

    [TestMethod]
    public void Attention_and_MLP_of_experiment_5_are_each_held_against_their_own_table()
    {
        // Rows of both have the same para, N, d and d_head.
        var points = MadeResults.Of(SweepPresets.Get("exp5"), (_, x, _) => 0.01 * x)
            .Concat(MadeResults.Of(SweepPresets.Get("exp5-dim"), (_, _, _) => 0.7));
        var tables = AuthorsTable.Of([.. points]).ToDictionary(table => table.Name);

        AuthorsTable attention = tables["Data_exp_5_10_att"], mlp = tables["Data_exp_5_10_mlp"];
        Assert.AreSequenceEqual(attention.Rows.Select(row => Text(row.Key)), mlp.Rows.Select(row => Text(row.Key)));
        Assert.AreEqual("6 70 10 10 100", Text(mlp.Rows[1].Key));
        // Made up from the heads: 6 of attention, 1 beside the MLP.
        Assert.AreEqual(0.06, attention.Rows[1].Accuracy!.Value, 1e-12);
        Assert.AreEqual(0.01, mlp.Rows[1].Accuracy!.Value, 1e-12);

        static string Text(double[] key) => string.Join(' ', key);
    }

    [TestMethod]
    public void Every_published_table_has_its_counterpart_in_the_paper()
    {
        var tables = AuthorsTable.Of(PointResult.Of(SweepPresets.Get("paper").Trials(), _ => null))
            .ToDictionary(table => table.Name, table => table.Rows.Select(row => string.Join(' ', row.Key)).ToList());

        foreach (var (name, row) in ((string, string)[])
            [
                ("Data_exp_1_10", "6 50 10 10 0"), ("Data_exp_1_13", "31 50 13 13 0"), ("Data_exp_1_3", "1 50 3 3 0"),
                ("Data_exp_1_6", "1 50 6 6 0"), ("Data_exp_1_9", "1 50 9 9 0"), ("Data_exp_1_10_depth", "5 70 10 10 0"),
                ("Data_exp_1_7_depth", "21 70 7 7 0"), ("Data_exp_1_40_dim", "3 200 40 40 0"),
                ("Data_exp_1_50_dim", "11 200 50 50 0"), ("Data_exp_2", "20 50 10 7 0"), ("Data_exp_2_dim", "11 200 50 45 0"),
                ("Data_exp_5_10_att", "6 70 10 10 100"), ("Data_exp_5_10_mlp", "6 70 10 10 100"),
                ("Data_exp_5_7_att", "31 70 7 7 420"), ("Data_exp_5_7_mlp", "31 70 7 7 420"),
                ("Data_exp_5_10_depth", "1 70 10 10 80"), ("Data_exp_5_50_dim", "1 200 50 50 1000"),
            ])
        {
            Assert.Contains(row, tables[name], name);
        }
    }
}
