namespace NGram.ML.Optimum;

/// <summary>Where the infimum of the divergence over sequence encoders of a dimension is known to be 0.</summary>
/// <remarks>
/// Propositions 2 and 3 are the paper's (Dana, Pydi, Chevaleyre, AISTATS 2025, arXiv 2411.10115). With at most s tokens possible
/// after a context, d = 2 s is enough, which for s = 1 is Proposition 3: put token t at (x, x^2, ..., x^d), x = t, so that logits
/// are the values at t of any polynomial of degree d. Take q(x) - R prod (x - u)^2 over the context's possible tokens u, where q,
/// of a degree below s, has q(u) = log pi(u): the possible tokens have the right odds, and the others vanish as R grows. The
/// points of this curve are the corners of a cyclic polytope, any s of which are a face (Gale 1963).
/// </remarks>
internal static class ZeroInfimum
{
    private const double Whole = 1 - 1e-12;

    /// <summary>The statement by which it is 0; null if none applies.</summary>
    /// <param name="dimension">d.</param>
    /// <param name="vocabularySize">N.</param>
    /// <param name="possible">s, by <see cref="Possible"/> over all contexts; null if it is not known.</param>
    public static string? Statement(int dimension, int vocabularySize, int? possible) =>
        dimension >= vocabularySize - 1 ? "Proposition 2"
        : possible is not { } most || dimension < 2 * most ? null
        : most == 1 ? "Proposition 3" : "the moment curve";

    /// <summary>
    /// The number of possible tokens of a context's law; a token with all but 1e-12 of the mass counts as the only one.
    /// </summary>
    public static int Possible(ReadOnlySpan<double> law)
    {
        int possible = 0;
        foreach (double probability in law)
        {
            if (probability >= Whole)
                return 1;
            possible += probability > 0 ? 1 : 0;
        }
        return possible;
    }
}
