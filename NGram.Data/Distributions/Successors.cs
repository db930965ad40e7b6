using NGram.Data.Laws;

namespace NGram.Data.Distributions;

/// <summary>Reads the tokens that can follow a context, ascending, with their probabilities; a buffer to use again.</summary>
internal sealed class Successors(INGramDistribution distribution)
{
    private readonly double[] row = new double[distribution.VocabularySize];
    private readonly double[] probabilities = new double[distribution.VocabularySize];
    private readonly ushort[] tokens = new ushort[distribution.VocabularySize];
    private int count;

    public ReadOnlySpan<ushort> Tokens => tokens.AsSpan(0, count);

    public ReadOnlySpan<double> Probabilities => probabilities.AsSpan(0, count);

    /// <summary>Reads those of a context: tokens before, oldest first.</summary>
    public void Read(ReadOnlySpan<ushort> context)
    {
        if (
            distribution is NGramDistribution known
            && known.Find(context) is { Level: { Weights.Length: 1, Tokens: { } table } } found)
        {
            (tokens[0], probabilities[0], count) = (table[found.Row], 1, 1);
            return;
        }
        distribution.GetProbabilities(context, row);
        count = 0;
        for (int token = 0; token < row.Length; token++)
        {
            if (row[token] > 0)
                (tokens[count], probabilities[count++]) = ((ushort)token, row[token]);
        }
    }
}
