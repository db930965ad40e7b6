using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace NGram.ML.Sweeps.Tables;

/// <summary>
/// A sample's mean, standard deviation and 95% interval of the mean (Student's); null if there are too few values.
/// </summary>
internal sealed record SampleStatistics(double? Mean, double? Sd, double? Low, double? High)
{
    private const double Tail = 0.975;

    /// <summary>The statistics of the values that are known.</summary>
    public static SampleStatistics Of(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        if (known.Length == 0)
            return new(null, null, null, null);
        double mean = known.Average();
        if (known.Length == 1)
            return new(mean, null, null, null);
        double sd = known.StandardDeviation();
        double half = StudentT.InvCDF(0, 1, known.Length - 1, Tail) * sd / Math.Sqrt(known.Length);
        return new(mean, sd, mean - half, mean + half);
    }
}
