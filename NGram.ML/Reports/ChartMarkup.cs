using System.Text.Json.Nodes;
using XPlot.Plotly;

namespace NGram.ML.Reports;

/// <summary>A chart of XPlot as the JSON that plotly.js 3 draws.</summary>
internal static class ChartMarkup
{
    /// <summary>{ "data": [...], "layout": {...} }, its titles turned into the objects that plotly.js 3 asks for.</summary>
    /// <remarks>XPlot 4.1 offers its JSON only inside a script, one line each for data and layout.</remarks>
    public static JsonObject ToJson(PlotlyChart chart)
    {
        string[] lines = chart.GetInlineJS().Split('\n', StringSplitOptions.TrimEntries);
        var layout = Assigned(lines, "layout") as JsonObject ?? [];
        WrapTitles(layout);
        return new JsonObject { ["data"] = Assigned(lines, "data"), ["layout"] = layout };
    }

    private static JsonNode? Assigned(string[] lines, string variable)
    {
        string start = $"var {variable} = ";
        string line = lines.First(line => line.StartsWith(start, StringComparison.Ordinal));
        return JsonNode.Parse(line[start.Length..].TrimEnd(';'));
    }

    private static void WrapTitles(JsonObject node)
    {
        foreach (var child in node.Select(property => property.Value).OfType<JsonObject>().ToList())
            WrapTitles(child);
        if (node["title"] is not JsonValue title)
            return;
        node["title"] = new JsonObject { ["text"] = title.DeepClone() };
        if (node["titlefont"] is { } font)
        {
            node.Remove("titlefont");
            node["title"]!["font"] = font;
        }
    }
}
