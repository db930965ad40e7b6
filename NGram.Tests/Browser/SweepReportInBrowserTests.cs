using Microsoft.Playwright;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Reporting;
using NGram.Tests.Cli;

namespace NGram.Tests.Browser;

/// <summary>The report of a sweep in a real browser: Chromium, where it is installed.</summary>
[TestClass]
[TestCategory("Slow")]
[TestCategory("Browser")]
public sealed class SweepReportInBrowserTests : IDisposable
{
    private static readonly Sweep Small = SweepPresets.Get("exp1")
        .Set("EmbeddingDimension", "3,4,5")
        .Set("Heads", "1,2,3")
        .Set("Batches", "2")
        .Set("Epochs", "1")
        .Repeat(2);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow(ColorScheme.Light, 1280, "rgb(28, 33, 39)", "rgb(42, 111, 219)")]
    [DataRow(ColorScheme.Dark, 400, "rgb(230, 233, 237)", "rgb(122, 174, 255)")]
    public async Task Figures_are_drawn_in_the_colours_of_the_scheme_and_nothing_leaves_the_page(
        ColorScheme scheme, int width, string ink, string first)
    {
        Small.Run(folder["sweep"]);
        await using var chromium = await Chromium.OpenAsync(folder["sweep/report.html"], scheme, width);

        var figures = chromium.Page.Locator("figure.chart > svg");
        Assert.AreEqual(2, await figures.CountAsync());
        var curves = figures.Nth(0);
        Assert.AreEqual(9 + 3, await curves.Locator("circle").CountAsync());
        var title = curves.Locator("text.ink").First;
        Assert.AreEqual("Experiment 1: accuracy against the number of heads H", await title.TextContentAsync());
        Assert.AreEqual(ink, await ValueAsync(title, "fill"));
        Assert.AreEqual(ink, await ValueAsync(chromium.Page.Locator("h1"), "color"));
        Assert.AreEqual(first, await ValueAsync(curves.Locator("g.c0 circle").First, "fill"));
        StringAssert.StartsWith(
            await curves.Locator("circle title").First.TextContentAsync(),
            "exp1 EmbeddingDimension=3 Heads=1: accuracy 0.");
        // Readable on a narrow screen, where the figure scrolls within itself.
        Assert.IsGreaterThanOrEqualTo(640, (await curves.BoundingBoxAsync())!.Width);
        Assert.AreEqual(9, await figures.Nth(1).Locator("rect title").CountAsync());
        Assert.AreEqual("Fits", await chromium.Page.Locator("h2").First.TextContentAsync());
        await chromium.AssertQuietAsync();
    }

    private static Task<string> ValueAsync(ILocator element, string property) =>
        element.EvaluateAsync<string>("(node, name) => getComputedStyle(node)[name]", property);
}
