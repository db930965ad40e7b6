using NGram.Data.Checks;
using NGram.Data.Distributions;

namespace NGram.Data.Laws;

/// <summary>
/// An n-gram distribution pi = (pi_0, ..., pi_{n-1}) with all its rows in memory; <see cref="NGramLaw.CreateDistribution"/>
/// and <c>DistributionFile</c> make one. Immutable. Its form in memory depends on the probabilities alone, so a
/// distribution that is saved and loaded gives the same samples.
/// </summary>
public sealed class NGramDistribution : INGramDistribution
{
    private readonly NGramLevel[] levels;

    internal NGramDistribution(int vocabularySize, NGramLevel[] levels, NGramProvenance? provenance)
    {
        VocabularySize = vocabularySize;
        this.levels = levels;
        Provenance = provenance;
    }

    /// <inheritdoc/>
    public int Order => levels.Length;

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <summary>The law and seed it was made from; null for one that was given by its rows.</summary>
    public NGramProvenance? Provenance { get; }

    internal IReadOnlyList<NGramLevel> Levels => levels;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A token is not below N, or the span has fewer than N places.</exception>
    public void GetProbabilities(ReadOnlySpan<ushort> context, Span<double> probabilities)
    {
        int length = Math.Min(context.Length, Order - 1);
        levels[length].CopyRow(RowOf(context[^length..]), probabilities);
    }

    /// <inheritdoc/>
    public double EntropyAt(int position)
    {
        Require.AtLeast(position, 0, nameof(position));
        return LevelAt(position).RowEntropy ?? Entropies.OverContexts(this, position);
    }

    /// <inheritdoc/>
    public double? TryCountPrompts(int length)
    {
        Require.AtLeast(length, 0, nameof(length));
        if (levels.Any(level => level.IsDense))
            return ContextWeights.TryCount(this, length);
        double count = 1.0;
        for (int position = 0; position < length; position++)
            count *= LevelAt(position).Weights.Length;
        return count;
    }

    /// <inheritdoc/>
    public PromptSpectrum? TryPromptSpectrum(int length)
    {
        Require.AtLeast(length, 0, nameof(length));
        var positions = Enumerable.Range(0, length).Select(LevelAt);
        return positions.Any(level => level.IsDense)
            ? PromptSpectrum.OverPrompts(this, length)
            : PromptSpectrum.OverRanks(positions.Select(level => level.Weights));
    }

    int INGramDistribution.ReadSuccessors(ReadOnlySpan<ushort> context, Span<ushort> tokens, Span<double> probabilities)
    {
        var (level, row) = Find(context);
        if (level is not { Weights.Length: 1, Tokens: { } table })
            return Successors.OfRow(this, context, tokens, probabilities);
        (tokens[0], probabilities[0]) = (table[row], 1);
        return 1;
    }

    /// <summary>The level that follows a context, and the context's row in it (0 where all rows are equal).</summary>
    internal (NGramLevel Level, long Row) Find(ReadOnlySpan<ushort> context)
    {
        int length = Math.Min(context.Length, Order - 1);
        return (levels[length], RowOf(context[^length..]));
    }

    private NGramLevel LevelAt(int position) => levels[Math.Min(position, Order - 1)];

    // A uniform level needs no row, and the number of its contexts may be beyond any integer.
    private long RowOf(ReadOnlySpan<ushort> context) =>
        levels[context.Length].IsUniform ? 0 : ContextIndex.RowOf(context, VocabularySize);
}
