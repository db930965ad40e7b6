namespace NGram.Cli.Bench.Measure;

/// <summary>How a quantity grows: y = c x^exponent.</summary>
internal static class PowerFit
{
    /// <summary>The exponent: the slope of the least-squares line through the logarithms.</summary>
    /// <exception cref="ArgumentException">There are fewer than two different sizes, or not as many values.</exception>
    public static double Exponent(IReadOnlyList<double> sizes, IReadOnlyList<double> values)
    {
        if (sizes.Count != values.Count || sizes.Distinct().Count() < 2)
        {
            throw new ArgumentException(
                $"There are {sizes.Count} sizes and {values.Count} values; a fit needs two different sizes and a value for each.",
                nameof(sizes));
        }

        var x = sizes.Select(size => Math.Log(size)).ToList();
        var y = values.Select(value => Math.Log(value)).ToList();
        double meanX = x.Average(), meanY = y.Average();
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }
}
