namespace NGram.Data.Laws;

/// <summary>
/// Laws in which every context of level i has the same weights by rank, cut after a support and normalised, in a uniformly
/// random order of the tokens of its own.
/// </summary>
public abstract record RankedLaw : NGramLaw
{
    /// <summary>Parameter of the weights of each level; null is 1, ..., 1.</summary>
    public IReadOnlyList<double>? Alphas { get; init; }

    /// <summary>
    /// Number of tokens with a non-zero probability for each level, at least 1 (a look-up table); above N it counts as N.
    /// Null is N, ..., N, 1.
    /// </summary>
    public IReadOnlyList<int>? Supports { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ValidatePerLevel(Alphas, Order, nameof(Alphas), AllowedAlphas, IsAllowedAlpha);
        ValidatePerLevel(Supports, Order, nameof(Supports), "at least 1", support => support >= 1);
    }

    /// <inheritdoc/>
    public override NGramLaw Resolve() => this with
    {
        Alphas = Alphas ?? [.. Enumerable.Repeat(1.0, Order)],
        Supports = [.. Enumerable.Range(0, Order).Select(SupportOf)],
    };

    private protected abstract string AllowedAlphas { get; }

    private protected abstract bool IsAllowedAlpha(double alpha);

    /// <summary>Logarithm of the weight of the token at a rank, counted from 0.</summary>
    private protected abstract double LogWeight(double alpha, int rank);

    internal override NGramLevel[] CreateLevels(int seed)
    {
        var weights = Enumerable.Range(0, Order).Select(i => Weights(Alphas?[i] ?? 1, SupportOf(i))).ToList();
        // All levels are checked before the first takes memory and time.
        for (int i = 0; i < Order; i++)
            NGramLevel.RequirePermuted(VocabularySize, i, weights[i]);
        return [.. weights.Select((level, i) => NGramLevel.Permuted(VocabularySize, i, level, seed))];
    }

    private int SupportOf(int level) => Math.Min(Supports?[level] ?? (level < Order - 1 ? VocabularySize : 1), VocabularySize);

    private double[] Weights(double alpha, int support)
    {
        double[] logarithms = new double[support];
        for (int rank = 0; rank < support; rank++)
            logarithms[rank] = LogWeight(alpha, rank);
        // Relative to the greatest, so that growing weights can't overflow.
        double greatest = logarithms.Max();
        return NGramLevel.Canonical(Array.ConvertAll(logarithms, logarithm => Math.Exp(logarithm - greatest)));
    }
}
