using System.Numerics;

namespace NGram.ML.Prediction;

/// <summary>The best tokens of a prediction: by descending score, lower tokens first on ties.</summary>
internal static class TopTokens
{
    // With more places a sort is faster than insertion.
    private const int MostInserted = 64;

    /// <summary>The token of greatest score, the lowest on ties; none whose score is NaN, unless it is the first.</summary>
    public static int Best(ReadOnlySpan<double> scores)
    {
        // The first has to be less than another, as a NaN is not.
        double greatest = LogSumExp.Greatest(scores);
        if (!(greatest > scores[0]))
            return 0;
        var value = new Vector<double>(greatest);
        int token = 0;
        while (token <= scores.Length - Vector<double>.Count && !Vector.EqualsAny(new Vector<double>(scores[token..]), value))
            token += Vector<double>.Count;
        while (scores[token] != greatest)
            token++;
        return token;
    }

    /// <summary>Finds the tokens of greatest score, the best first.</summary>
    /// <param name="scores">By token.</param>
    /// <param name="top">Receives them, as many as it has places; at most as many as there are tokens.</param>
    public static void Find<T>(ReadOnlySpan<T> scores, Span<int> top) where T : INumber<T>
    {
        if (top.Length > MostInserted)
        {
            var all = scores.ToArray();
            int rank = 0;
            foreach (int token in Enumerable.Range(0, all.Length).OrderByDescending(token => all[token]).Take(top.Length))
                top[rank++] = token;
            return;
        }
        int count = 0;
        for (int token = 0; token < scores.Length; token++)
        {
            if (count == top.Length && scores[token] <= scores[top[count - 1]])
                continue;
            int place = count < top.Length ? count++ : count - 1;
            for (; place > 0 && scores[token] > scores[top[place - 1]]; place--)
                top[place] = top[place - 1];
            top[place] = token;
        }
    }

    /// <summary>How many tokens are better than one; an equal one before it is.</summary>
    public static int Rank<T>(ReadOnlySpan<T> scores, int token) where T : struct, INumber<T>
    {
        int better = 0, other = 0, width = Vector<T>.Count;
        var value = new Vector<T>(scores[token]);
        var counts = Vector<int>.Zero; // a comparison that holds is -1 in every part of an element
        for (; other <= token - width; other += width)
            counts -= Vector.GreaterThanOrEqual(new Vector<T>(scores[other..]), value).As<T, int>();
        for (; other <= token; other++)
            better += IsBetter(scores, other, token);
        for (; other <= scores.Length - width; other += width)
            counts -= Vector.GreaterThan(new Vector<T>(scores[other..]), value).As<T, int>();
        for (; other < scores.Length; other++)
            better += IsBetter(scores, other, token);
        return better + Vector.Sum(counts) * width / Vector<int>.Count;
    }

    private static int IsBetter<T>(ReadOnlySpan<T> scores, int other, int token) where T : INumber<T> =>
        scores[other] > scores[token] || scores[other] == scores[token] && other < token ? 1 : 0;
}
