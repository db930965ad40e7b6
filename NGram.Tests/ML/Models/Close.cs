namespace NGram.Tests.ML.Models;

/// <summary>Comparison of numbers up to a relative tolerance.</summary>
internal static class Close
{
    /// <summary>The Euclidean norm.</summary>
    public static double Norm(IEnumerable<double> values) => Math.Sqrt(values.Sum(x => x * x));

    /// <summary>
    /// Requires the norm of the difference to be at most <paramref name="tolerance"/> times that of what is expected.
    /// </summary>
    public static void Norms(string name, double[] expected, double[] actual, double tolerance)
    {
        Assert.HasCount(expected.Length, actual, $"{name}: number of values");
        double error = Norm(expected.Zip(actual, (e, a) => e - a)), norm = Norm(expected);
        // Negated, so that a NaN fails.
        if (!(error <= tolerance * norm))
            Assert.Fail($"{name}: the norm of the difference is {error}, {tolerance} of the expected norm {norm} is allowed.");
    }

    /// <summary>
    /// Requires |expected - actual| to be at most <paramref name="tolerance"/> times |expected|, or times 1e-3 where that is
    /// larger.
    /// </summary>
    public static void Number(string name, double expected, double actual, double tolerance)
    {
        if (!(Math.Abs(expected - actual) <= tolerance * Math.Max(Math.Abs(expected), 1e-3)))
            Assert.Fail($"{name}: {actual} instead of {expected}, relative tolerance {tolerance}.");
    }
}
