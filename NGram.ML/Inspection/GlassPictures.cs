using NGram.ML.Reports.Drawing;

namespace NGram.ML.Inspection;

/// <summary>A card for each head: its complete tables as pictures.</summary>
internal static class GlassPictures
{
    /// <summary>Value-output, query-key and, for prompts of two tokens, the attention to the first one.</summary>
    /// <param name="inspection">The model.</param>
    /// <param name="head">The head's number.</param>
    public static IReadOnlyList<Picture> Of(ModelInspection inspection, int head)
    {
        var tables = inspection.Tables(head);
        string place = tables.Place.ToString(), name = $"head-{place}-";
        List<Picture> pictures =
        [
            Matrix(name + "value-output", $"Head {place}: what a token adds to each logit", "Logit of", "Token attended to",
                "logits", tables.ValueOutput, signed: true),
            Matrix(name + "position-output", $"Head {place}: what a position adds to each logit", "Logit of", "Position",
                "logits", tables.PositionOutput, signed: true),
            Matrix(name + "query-key", $"Head {place}: score of a token for the last token's query", "Key's token",
                "Query's token", "score", tables.QueryKey, signed: true),
            Matrix(name + "query-position", $"Head {place}: score of a position for that query", "Key's position",
                "Query's token", "score", tables.QueryPosition, signed: true),
        ];
        if (inspection.AttentionToFirst(head) is { } attention)
        {
            pictures.Add(Matrix(name + "attention", $"Head {place}: attention to the first token", "Last token", "First token",
                "attention", attention, signed: false));
        }
        return pictures;
    }

    private static Picture Matrix(
        string name, string title, string x, string y, string z, double[,] table, bool signed) =>
        new(name, new SvgMatrix(title, x, y, z, table, signed).ToString(), ModelInspection.ToDataFrame(table));
}
