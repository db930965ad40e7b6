using System.Globalization;

namespace NGram.ML.Evaluation;

/// <summary>Which token of a model an id of a distribution is.</summary>
internal static class TokenIds
{
    private const int Missing = -1;

    /// <summary>The token of every id from 0 to N - 1.</summary>
    /// <param name="texts">Text of every token of the model.</param>
    /// <param name="size">N of the distribution.</param>
    /// <exception cref="ArgumentException">They are not the ids, in some order.</exception>
    public static int[] Match(IReadOnlyList<string> texts, int size)
    {
        int[] tokens = new int[size];
        Array.Fill(tokens, Missing);
        for (int token = 0; token < texts.Count; token++)
        {
            if (int.TryParse(texts[token], NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < size)
                tokens[id] = token;
        }

        return Array.IndexOf(tokens, Missing) < 0 && texts.Count == size
            ? tokens
            : throw new ArgumentException(
                FormattableString.Invariant(
                    $"The model's {texts.Count} tokens are not the distribution's ids from 0 to {size - 1}."));
    }
}
