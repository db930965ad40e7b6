using NGram.Data.Checks;
using NGram.Data.Distributions;

namespace NGram.Data.Laws;

/// <summary>
/// The N^i rows of pi_i in canonical form, which depends on the probabilities alone: where every row holds the same numbers
/// in another order, those numbers once, descending, and each row's tokens by rank (equal numbers by ascending token; none
/// at all when the level is uniform over the whole vocabulary); otherwise all rows.
/// </summary>
internal sealed partial class NGramLevel
{
    private readonly double[]? dense;

    private NGramLevel(int vocabularySize, double[] weights, ushort[]? tokens, double[]? dense)
    {
        VocabularySize = vocabularySize;
        Weights = weights;
        Tokens = tokens;
        this.dense = dense;
    }

    public int VocabularySize { get; }

    /// <summary>Non-zero probabilities by rank, descending; empty for dense rows.</summary>
    public double[] Weights { get; }

    /// <summary>Tokens by rank, [contexts, Weights.Length]; null for a uniform level and for dense rows.</summary>
    public ushort[]? Tokens { get; }

    /// <summary>All probabilities, [contexts, N]; empty unless the rows differ in more than their order.</summary>
    public ReadOnlySpan<double> Dense => dense;

    /// <summary>Rows differ in more than their order.</summary>
    public bool IsDense => dense is not null;

    /// <summary>Every token is equally likely after every context.</summary>
    public bool IsUniform => dense is null && Tokens is null;

    /// <summary>The entropy that all rows share, in nats; null for dense rows.</summary>
    public double? RowEntropy => IsDense ? null : Entropies.OfRow(Weights);

    /// <summary>Writes the N probabilities of a row.</summary>
    public void CopyRow(long row, Span<double> probabilities)
    {
        if (dense is not null)
        {
            dense.AsSpan((int)(row * VocabularySize), VocabularySize).CopyTo(probabilities);
        }
        else if (Tokens is null)
        {
            Weights.CopyTo(probabilities);
        }
        else
        {
            probabilities[..VocabularySize].Clear();
            var tokens = Tokens.AsSpan((int)(row * Weights.Length), Weights.Length);
            for (int rank = 0; rank < tokens.Length; rank++)
                probabilities[tokens[rank]] = Weights[rank];
        }
    }

    /// <summary>Checks that a table of this level fits into memory.</summary>
    /// <exception cref="ArgumentException">It does not.</exception>
    public static void RequireMemory(int vocabularySize, int level, int rowLength, int elementSize) =>
        MemoryBudget.Require(
            ContextIndex.Count(vocabularySize, level) * rowLength,
            elementSize,
            FormattableString.Invariant(
                $"pi_{level} with {rowLength} entries of {elementSize} bytes for each of {vocabularySize}^{level} contexts"),
            (nameof(VocabularySize), vocabularySize));
}
