using System.Globalization;
using System.Numerics;

namespace NGram.ML.Evaluation;

/// <summary>The best tokens of a prediction.</summary>
internal static class TopTokens
{
    /// <summary>The columns Top1, Top1Probability, ..., with a comma after each.</summary>
    public static string Columns(int count) =>
        string.Concat(
            Enumerable
                .Range(1, count)
                .Select(rank => string.Create(CultureInfo.InvariantCulture, $"Top{rank},Top{rank}Probability,")));

    /// <summary>Finds the tokens of greatest score by descending score, lower ones first on ties.</summary>
    /// <param name="scores">By token.</param>
    /// <param name="top">Receives them, as many as it has places; at most as many as there are tokens.</param>
    public static void Find<T>(ReadOnlySpan<T> scores, Span<int> top) where T : INumber<T>
    {
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
}
