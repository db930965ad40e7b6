using Microsoft.Playwright;
using NGram.Tests.ML.Reports;

namespace NGram.Tests.Browser;

/// <summary>The report in a real browser: Chromium, where it is installed.</summary>
[TestClass]
[TestCategory("Slow")]
[TestCategory("Browser")]
public sealed class ReportInBrowserTests
{
    private static readonly string[] Candidates =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

    public required TestContext TestContext { get; init; }

    [TestMethod]
    [DataRow(ColorScheme.Light, 1280)]
    [DataRow(ColorScheme.Dark, 400)]
    public async Task Both_charts_are_drawn_with_titles_axes_and_legends_and_nothing_leaves_the_page(
        ColorScheme scheme,
        int width)
    {
        string executable = FindBrowser();
        string file = Path.Combine(Path.GetTempPath(), $"ngram-report-{Guid.NewGuid():N}.html");
        await File.WriteAllTextAsync(file, SampleRun.Report(20_000).ToHtml(), TestContext.CancellationToken);
        try
        {
            using var playwright = await Playwright.CreateAsync();
            await using var browser = await playwright.Chromium.LaunchAsync(
                new()
                {
                    ExecutablePath = executable,
                    Headless = true,
                    Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
                });
            var page = await browser.NewPageAsync(
                new()
                {
                    ColorScheme = scheme,
                    ViewportSize = new() { Width = width, Height = 900 },
                });
            List<string> console = [],
                requests = [];
            page.Console += (_, message) => console.Add(message.Text);
            page.PageError += (_, error) => console.Add(error);
            page.Request += (_, request) => requests.Add(request.Url);
            await page.GotoAsync(new Uri(file).AbsoluteUri, new() { WaitUntil = WaitUntilState.NetworkIdle });

            var charts = page.Locator("figure.chart");
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
            Assert.AreEqual("", string.Join('\n', console));
            Assert.IsTrue(
                requests.All(url =>
                    url.StartsWith("file:", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal)),
                string.Join('\n', requests));
            Assert.IsLessThanOrEqualTo(
                width,
                await page.EvaluateAsync<int>("document.documentElement.scrollWidth"),
                "the page scrolls sideways");
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

    private static string FindBrowser()
    {
        string? executable = Candidates.FirstOrDefault(File.Exists);
        if (executable is null)
            Assert.Inconclusive($"No browser was found at {string.Join(", ", Candidates)}: install chromium to run this test.");
        return executable;
    }
}
