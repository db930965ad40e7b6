using Microsoft.Playwright;

namespace NGram.Tests.Browser;

/// <summary>A page in Chromium, where it is installed, with what it said and asked for.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Candidates =
        ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable"];

    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly List<string> console = [], requests = [];
    private readonly int width;

    private Chromium(IPlaywright playwright, IBrowser browser, IPage page, int width)
    {
        (this.playwright, this.browser, Page, this.width) = (playwright, browser, page, width);
        page.Console += (_, message) => console.Add(message.Text);
        page.PageError += (_, error) => console.Add(error);
        page.Request += (_, request) => requests.Add(request.Url);
    }

    /// <summary>The page.</summary>
    public IPage Page { get; }

    /// <summary>Opens a file; the test is inconclusive without a browser.</summary>
    public static async Task<Chromium> OpenAsync(string file, ColorScheme scheme, int width)
    {
        string? executable = Candidates.FirstOrDefault(File.Exists);
        if (executable is null)
            Assert.Inconclusive($"No browser was found at {string.Join(", ", Candidates)}: install chromium to run this test.");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = executable,
            Headless = true,
            Args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        });
        var page = await browser.NewPageAsync(new()
        {
            ColorScheme = scheme,
            ViewportSize = new() { Width = width, Height = 900 },
        });
        var opened = new Chromium(playwright, browser, page, width);
        await page.GotoAsync(new Uri(file).AbsoluteUri, new() { WaitUntil = WaitUntilState.NetworkIdle });
        return opened;
    }

    /// <summary>Nothing was said, nothing left the page, and it fits the window.</summary>
    public async Task AssertQuietAsync()
    {
        Assert.AreEqual("", string.Join('\n', console));
        Assert.IsTrue(
            requests.All(url =>
                url.StartsWith("file:", StringComparison.Ordinal) || url.StartsWith("data:", StringComparison.Ordinal)),
            string.Join('\n', requests));
        Assert.IsLessThanOrEqualTo(
            width,
            await Page.EvaluateAsync<int>("document.documentElement.scrollWidth"),
            "the page scrolls sideways");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
    }
}
