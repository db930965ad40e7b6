using NGram.Data.Counts;

namespace NGram.Tests.Data.Counts;

/// <summary>
/// Small texts under every smoothing, orders 1 to 4, with tokens that no text has and texts shorter than the order.
/// </summary>
internal static class SparseCases
{
    private static readonly Dictionary<string, NGramSmoothing> Smoothings = new()
    {
        ["Kneser-Ney"] = new KneserNey(),
        ["Kneser-Ney, given discount"] = new KneserNey { Discount = 0.4 },
        ["add-k"] = new AddK { Pseudocount = 0.3 },
        ["none"] = new MaximumLikelihood(),
    };

    /// <summary>For DynamicData.</summary>
    public static IEnumerable<object[]> All =>
        from smoothing in Smoothings.Keys
        from order in Enumerable.Range(1, 4)
        select new object[] { smoothing, order };

    /// <summary>The distribution of three texts over 5 tokens, of which the last is in none.</summary>
    public static SparseNGramDistribution Create(string smoothing, int order) =>
        new(NGramCounts.Of(5, order, Texts(seed: order)), Smoothings[smoothing]);

    /// <summary>A long text, a short one, and one shorter than the order; a skewed law with runs.</summary>
    public static ushort[][] Texts(int seed)
    {
        var random = new Random(seed);
        ushort[] Text(int length)
        {
            ushort[] text = new ushort[length];
            for (int i = 0; i < length; i++)
                text[i] = i > 0 && random.Next(3) == 0 ? text[i - 1] : (ushort)(random.Next(4) * random.Next(4) / 3);
            return text;
        }
        return [Text(25), Text(9), Text(1), []];
    }
}
