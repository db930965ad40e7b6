using NGram.Data.Checks;

namespace NGram.ML.Optimum;

/// <summary>How the best sequence encoder is searched for.</summary>
public sealed record OptimumOptions
{
    // A search with this many products in a forward pass takes a few milliseconds.
    private const double ProductsOfSearch = 4e6;

    private const int FewestStarts = 4, MostStarts = 32, MostStartsOfPath = 8;

    // A path of penalties down to 1e-10, each with all iterations, takes about as much longer.
    private const double SearchesOfPath = 20;

    private const double MostPenalty = 1e-2;

    /// <summary>
    /// Number of searches, each from its own start; at least 1. Null: from 4 to 32, fewer for a larger law; to 8 where tokens are
    /// impossible.
    /// </summary>
    public int? Restarts { get; init; }

    /// <summary>Maximum number of L-BFGS iterations per search. At least 1.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>A search ends when no derivative is larger than this. Positive.</summary>
    public double GradientTolerance { get; init; } = 1e-8;

    /// <summary>
    /// Where tokens are impossible, the smallest penalty on the weights, at most 0.01 and positive: the smaller, the closer a
    /// search comes to an infimum at infinity, and the larger the weights. Each stage's is a tenth of the one before.
    /// </summary>
    public double LeastPenalty { get; init; } = 1e-10;

    /// <summary>Seed of the random starts.</summary>
    public int Seed { get; init; } = 2222;

    /// <summary>Cancels the search.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        if (Restarts is { } restarts)
            Require.AtLeast(restarts, 1, nameof(Restarts));
        Require.AtLeast(Iterations, 1, nameof(Iterations));
        Require.That(GradientTolerance > 0, nameof(GradientTolerance), GradientTolerance, "a positive number");
        Require.That(
            LeastPenalty is > 0 and <= MostPenalty,
            nameof(LeastPenalty),
            LeastPenalty,
            FormattableString.Invariant($"above 0 and at most {MostPenalty}"));
    }

    /// <summary>Number of starts for a law of rows x N x d products.</summary>
    internal int RestartsFor(double products, bool isAttained) =>
        Restarts ?? (isAttained
            ? (int)Math.Clamp(ProductsOfSearch / products, FewestStarts, MostStarts)
            : (int)Math.Clamp(ProductsOfSearch / SearchesOfPath / products, FewestStarts, MostStartsOfPath));
}
