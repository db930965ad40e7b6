namespace NGram.ML.Fused;

/// <summary>
/// Which two weights of a head are multiplied before anything passes them: a product for every row of weights, and not for every
/// row of the input. It pays where the input has about as many dimensions as a head.
/// </summary>
internal static class HeadProducts
{
    /// <summary>With fewer, the operations cost more than they save.</summary>
    private const int LeastInputs = 4;

    /// <summary>At twice a head's dimensions a row costs the same either way, and the product itself costs something.</summary>
    private const double MostOfValues = 1.6;

    /// <summary>One product a row and not two, but every score is one over the input's dimensions then.</summary>
    private const double MostOfScores = 1.3;

    /// <summary>Whether the values' weights and those of the output are.</summary>
    /// <param name="inputs">Dimensions of the input, and of the output.</param>
    /// <param name="dimension">Dimensions of a head in each of its lanes.</param>
    public static bool OfValues(int inputs, int dimension) =>
        inputs >= LeastInputs && inputs < MostOfValues * dimension;

    /// <summary>Whether the weights of queries and keys are too: the input is every head's key then.</summary>
    /// <inheritdoc cref="OfValues"/>
    public static bool OfScores(int inputs, int dimension) =>
        inputs >= LeastInputs && inputs < MostOfScores * dimension;
}
