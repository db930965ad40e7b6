using System.Xml.Linq;
using NGram.ML.Reports.Drawing;

namespace NGram.Tests.ML.Reports;

[TestClass]
public sealed class DrawingTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [TestMethod]
    [DataRow(0.0, 1.0, 5, "0 0.2 0.4 0.6 0.8 1")]
    [DataRow(0.0, 3.3, 8, "0 0.5 1 1.5 2 2.5 3")]
    [DataRow(950.0, 26_700.0, 8, "5,000 10,000 15,000 20,000 25,000")]
    [DataRow(-0.1, 0.1, 5, "-0.1 -0.05 0 0.05 0.1")]
    public void Ticks_are_round_numbers(double from, double to, int most, string expected) =>
        Assert.AreEqual(expected, string.Join(' ', ChartTicks.Between(from, to, most).Select(ChartTicks.Text)));

    [TestMethod]
    public void Many_numbers_are_thinned() =>
        Assert.AreSequenceEqual(new double[] { 1, 3, 5 }, ChartTicks.Of([1, 2, 3, 4, 5, 6], most: 3));

    [TestMethod]
    public void Ticks_of_a_logarithmic_axis_are_1_2_and_5_times_powers_of_ten() =>
        Assert.AreSequenceEqual(new[] { 0.5, 1, 2, 5, 10, 20 }, ChartTicks.Decades(0.3, 49));

    [TestMethod]
    public void Fields_lie_and_are_coloured_as_their_numbers_say()
    {
        var map = XElement.Parse(new SvgHeatMap(
            "map", "x", "y", "z", [new(1, 10, 0, "low"), new(3, 10, 0.5, "half"), new(3, 20, 1, "high")]).ToString());

        var fields = map.Descendants(Svg + "rect").Where(rect => rect.Element(Svg + "title") is not null).ToList();
        Assert.AreSequenceEqual(["low", "half", "high"], fields.Select(field => field.Element(Svg + "title")!.Value));
        double At(int i, string name) => (double)fields[i].Attribute(name)!;
        Assert.AreEqual(At(0, "x") + At(0, "width"), At(1, "x"), 1e-9);
        Assert.AreEqual(At(2, "y") + At(2, "height"), At(1, "y"), 1e-9);
        // The ends of viridis, and its middle (33, 145, 140) within the error of ten stops.
        Assert.AreEqual("#440154", (string)fields[0].Attribute("fill")!);
        Assert.AreEqual("#fde725", (string)fields[2].Attribute("fill")!);
        byte[] middle = Convert.FromHexString(((string)fields[1].Attribute("fill")!)[1..]);
        foreach (var (channel, expected) in middle.Zip(new[] { 33, 145, 140 }))
            Assert.AreEqual(expected, channel, 4.0);
    }

    [TestMethod]
    public void Contours_run_between_the_fields_of_two_levels()
    {
        // Levels by column: 0.1, 0.6, 1 in two rows, so 0.25 and 0.5 after the first column, 0.75 and 1 after the second.
        var fields = new[] { 0.1, 0.6, 1 }.SelectMany(
            (level, x) => new[] { 0, 1 }.Select(y => new HeatField(x, y, 0.3, "") { Level = level }));

        var map = XElement.Parse(new SvgHeatMap("map", "x", "y", "z", [.. fields], "the theorem").ToString());

        var contours = map.Descendants(Svg + "line").Where(line => (string?)line.Attribute("class") == "contour").ToList();
        Assert.HasCount(8, contours);
        Assert.IsTrue(contours.All(line => (double)line.Attribute("x1")! == (double)line.Attribute("x2")!));
        Assert.HasCount(2, contours.Select(line => (double)line.Attribute("x1")!).Distinct());
        Assert.HasCount(2, contours.Where(line => (double)line.Attribute("stroke-width")! > 2));
        Assert.Contains("the theorem", map.Descendants(Svg + "text").Select(text => text.Value));
    }

    [TestMethod]
    public void A_chart_of_numbers_above_one_has_an_axis_that_reaches_them()
    {
        var chart = new SvgChart("bits", "x", "bits");
        chart.Add(new("a", 0, [new(1, 0.5, null, null, ""), new(2, 2.9, 2.7, 3.1, "")]));
        var svg = XElement.Parse(chart.ToString());

        var points = svg.Descendants(Svg + "circle").Take(2).Select(point => (double)point.Attribute("cy")!).ToList();
        var texts = svg.Descendants(Svg + "text").Select(text => text.Value).ToList();
        Assert.Contains("3", texts);
        // 0 is at 384, the greatest tick at 44: 2.9 is 5.8 times as high as 0.5.
        Assert.AreEqual(5.8, (384 - points[1]) / (384 - points[0]), 0.01);
    }
}
