using System.Text.RegularExpressions;
using NGram.ML.Reports;

namespace NGram.Tests.ML.Reports;

[TestClass]
public sealed partial class RunReportTests
{
    private static readonly string Page = SampleRun.Report(1000).ToHtml();

    [TestMethod]
    public void No_tag_points_to_the_network()
    {
        string tags = Scripts().Replace(Page, "");
        Assert.IsFalse(Links().IsMatch(tags), Links().Match(tags).Value);
        StringAssert.Contains(tags, "default-src 'none'");
        Assert.IsLessThan(100_000, tags.Length, "plotly.js is in a script");
        Assert.IsGreaterThan(1_000_000, Page.Length, "plotly.js is in the page");
    }

    [TestMethod]
    public void Every_value_is_in_the_page_and_escaped()
    {
        foreach (
            string text in new[]
            {
                "1.696 nats",
                "TorchSharp",
                "Law &lt;power&gt;",
                "a &amp; b",
                "0.088992",
                "Proposition 3",
                "Attention, layer 1",
                "Bits per parameter",
            })
        {
            StringAssert.Contains(Page, text);
        }

        Assert.DoesNotContain("<power>", Page);
    }

    [TestMethod]
    public void A_name_cannot_end_the_script_of_a_chart()
    {
        var bound = SampleRun.Bounds[0] with { Title = "</script><img src=x>" };
        var curve = new LearningCurve(SampleRun.History(3), [bound]);
        string page = new RunReport { Title = "</title><b>", Charts = [curve.AccuracyChart()] }.ToHtml();
        Assert.DoesNotContain("<img src=x>", page);
        Assert.DoesNotContain("</title><b>", page);
    }

    [TestMethod]
    public void A_report_without_charts_has_no_script()
    {
        string page = new RunReport { Title = "Empty" }.ToHtml();
        Assert.DoesNotContain("<script", page);
        Assert.DoesNotContain("<table", page);
    }

    [GeneratedRegex("<script.*?</script>", RegexOptions.Singleline)]
    private static partial Regex Scripts();

    [GeneratedRegex("(src|href|action)\\s*=\\s*[\"']?(https?:)?//|url\\(|@import", RegexOptions.IgnoreCase)]
    private static partial Regex Links();
}
