using Microsoft.Playwright;
using NGram.Tests.Cli;

namespace NGram.Tests.Browser;

/// <summary>The page of an inspection in a real browser: Chromium, where it is installed.</summary>
[TestClass]
[TestCategory("Slow")]
[TestCategory("Browser")]
public sealed class InspectionInBrowserTests
{
    [TestMethod]
    [DataRow(ColorScheme.Light, 1280, "rgb(28, 33, 39)")]
    [DataRow(ColorScheme.Dark, 400, "rgb(230, 233, 237)")]
    public async Task Every_picture_is_drawn_and_names_its_table_and_nothing_leaves_the_page(
        ColorScheme scheme, int width, string ink)
    {
        using var folder = new TemporaryFolder();
        const string train = "train --quiet --no-baseline --vocabulary-size 6 --heads 3 --head-dimension 4 --batches 20 "
            + "--epochs 2 --batch-size 32 --learning-rate 0.02 --track-every 10";
        Assert.AreEqual(0, CliRun.OfLine($"{train} --output {folder["run"]}").ExitCode);
        Assert.AreEqual(0, CliRun.OfLine($"inspect --model {folder["run"]} --cards 1 --output {folder["glass"]}").ExitCode);
        await using var chromium = await Chromium.OpenAsync(folder["glass/report.html"], scheme, width);

        var figures = chromium.Page.Locator("figure.chart > svg");
        Assert.AreEqual(Directory.GetFiles(folder["glass/figures"], "*.svg").Length, await figures.CountAsync());
        Assert.AreEqual(ink, await chromium.Page.Locator("h1").EvaluateAsync<string>("node => getComputedStyle(node).color"));
        foreach (var figure in await figures.AllAsync())
        {
            var box = (await figure.BoundingBoxAsync())!;
            Assert.IsGreaterThan(100, box.Height);
            string fill = await figure.Locator("text").First.EvaluateAsync<string>("node => getComputedStyle(node).fill");
            Assert.AreEqual(ink, fill, "the title is readable in both schemes");
        }
        foreach (string caption in await chromium.Page.Locator("figcaption").AllTextContentsAsync())
            Assert.IsTrue(File.Exists(folder["glass/" + caption]), caption);
        await chromium.AssertQuietAsync();
    }
}
