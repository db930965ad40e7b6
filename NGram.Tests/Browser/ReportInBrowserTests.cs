using Microsoft.Playwright;
using NGram.Tests.ML.Reports;

namespace NGram.Tests.Browser;

/// <summary>The report in a real browser: Chromium, where it is installed.</summary>
[TestClass]
[TestCategory("Slow")]
[TestCategory("Browser")]
public sealed class ReportInBrowserTests
{
    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow(ColorScheme.Light, 1280)]
    [DataRow(ColorScheme.Dark, 400)]
    public async Task Both_charts_are_drawn_with_titles_axes_and_legends_and_nothing_leaves_the_page(
        ColorScheme scheme,
        int width)
    {
        string file = Path.Combine(Path.GetTempPath(), $"ngram-report-{Guid.NewGuid():N}.html");
        await File.WriteAllTextAsync(file, SampleRun.Report(20_000).ToHtml(), TestContext.CancellationToken);
        try
        {
            await using var chromium = await Chromium.OpenAsync(file, scheme, width);
            var charts = chromium.Page.Locator("figure.chart");
            await charts.Nth(1).Locator(".legend .traces").Last.WaitForAsync();
            Assert.AreEqual(2, await charts.CountAsync());
            await AssertChartAsync(charts.Nth(0), "Divergence", ["Uniform baseline: 3.912", "Trained baseline: 0.0057"]);
            await AssertChartAsync(
                charts.Nth(1),
                "Accuracy",
                [
                    "Next token, mean of 201 batches",
                    "Random baseline: 0.02",
                    "Our Lower bound †: 0.089",
                    "Our Lower bound (Corollary 2) †: 0.0929",
                    "Previous lower bound †: 0.0808",
                    "Previous lower bound (stated) †: 0.029",
                ]);
            await chromium.AssertQuietAsync();
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task AssertChartAsync(ILocator chart, string axis, string[] legend)
    {
        Assert.AreEqual("Transformer's learning dynamics", await chart.Locator("svg .gtitle").TextContentAsync());
        Assert.AreEqual("Batch number", await chart.Locator("svg .xtitle").TextContentAsync());
        Assert.AreEqual(axis, await chart.Locator("svg .ytitle").TextContentAsync());
        var names = await chart.Locator("svg .legend .legendtext").AllTextContentsAsync();
        foreach (string name in legend)
            CollectionAssert.Contains(names.ToArray(), name);
        var labels = await chart.Locator("svg .annotation-text").AllTextContentsAsync();
        Assert.IsTrue(labels.All(names.Contains) && labels.Count >= 2, string.Join('\n', labels));
        foreach (var line in await chart.Locator("svg .scatterlayer .js-line").AllAsync())
            Assert.IsGreaterThan(10, (await line.GetAttributeAsync("d"))!.Length);
        Assert.AreEqual(names.Count, await chart.Locator("svg .scatterlayer .js-line").CountAsync());
    }
}
