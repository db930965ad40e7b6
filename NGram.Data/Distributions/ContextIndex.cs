using NGram.Data.Checks;

namespace NGram.Data.Distributions;

/// <summary>
/// The two numberings of contexts of i tokens over a vocabulary of N. A context is given oldest token first, t_0, ..., t_(i-1);
/// they differ in which end counts most: <see cref="Of"/> reads the newest as the leading digit, <see cref="RowOf"/> the oldest.
/// </summary>
internal static class ContextIndex
{
    /// <summary>
    /// sum_j t_j N^j: the newest token leads, the oldest changes fastest. The row of a context in a sequence encoder's word_emb.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A token is not below N.</exception>
    /// <exception cref="OverflowException">The index is beyond 2^63.</exception>
    public static long Of(ReadOnlySpan<ushort> context, int vocabularySize)
    {
        long index = 0L;
        for (int j = context.Length - 1; j >= 0; j--)
            index = Append(index, context[j], vocabularySize);
        return index;
    }

    /// <summary>
    /// sum_j t_j N^(i-1-j): the oldest token leads, the newest changes fastest. The row of a context in the tensor pi_i.
    /// </summary>
    /// <inheritdoc cref="Of" path="/exception"/>
    public static long RowOf(ReadOnlySpan<ushort> context, int vocabularySize)
    {
        long index = 0L;
        foreach (ushort token in context)
            index = Append(index, token, vocabularySize);
        return index;
    }

    /// <summary>
    /// The number of contexts of <paramref name="length"/> tokens, N^length; a double, for it may exceed any integer.
    /// </summary>
    public static double Count(int vocabularySize, int length) => Math.Pow(vocabularySize, length);

    /// <summary>Writes the tokens of the context whose <see cref="RowOf"/> is <paramref name="row"/>.</summary>
    public static void Decode(long row, int vocabularySize, Span<ushort> context)
    {
        for (int j = context.Length - 1; j >= 0; j--)
            (row, context[j]) = (row / vocabularySize, (ushort)(row % vocabularySize));
    }

    private static long Append(long index, ushort token, int vocabularySize)
    {
        if (token >= vocabularySize)
            Require.InRange(token, 0, vocabularySize - 1, nameof(token));
        return checked(index * vocabularySize + token);
    }
}
