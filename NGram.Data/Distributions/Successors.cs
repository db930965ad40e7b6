namespace NGram.Data.Distributions;

/// <summary>The tokens that can follow a context, ascending, with their probabilities; a buffer to use again.</summary>
internal sealed class Successors(INGramDistribution distribution)
{
    private readonly double[] probabilities = new double[distribution.VocabularySize];
    private readonly ushort[] tokens = new ushort[distribution.VocabularySize];
    private int count;

    public ReadOnlySpan<ushort> Tokens => tokens.AsSpan(0, count);

    public ReadOnlySpan<double> Probabilities => probabilities.AsSpan(0, count);

    /// <summary>Reads those of a context: tokens before, oldest first.</summary>
    public void Read(ReadOnlySpan<ushort> context) => count = distribution.ReadSuccessors(context, tokens, probabilities);

    /// <summary>Those of any distribution: the row without its zeros.</summary>
    public static int OfRow(
        INGramDistribution distribution,
        ReadOnlySpan<ushort> context,
        Span<ushort> tokens,
        Span<double> probabilities)
    {
        distribution.GetProbabilities(context, probabilities);
        int count = 0;
        for (int token = 0; token < distribution.VocabularySize; token++)
        {
            // The row is made shorter in place: count is never beyond token.
            if (probabilities[token] > 0)
                (tokens[count], probabilities[count++]) = ((ushort)token, probabilities[token]);
        }
        return count;
    }
}
