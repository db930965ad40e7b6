using NGram.Data.Checks;

namespace NGram.ML.Reports;

/// <summary>Smooths a noisy curve.</summary>
internal static class MovingAverage
{
    /// <summary>
    /// The mean over the values of a window centred at each value; at the ends over that part of it which exists.
    /// </summary>
    /// <param name="values">The curve; values that are not finite are left out of the means.</param>
    /// <param name="window">Values of a window; odd.</param>
    /// <returns>As many values; NaN where a window has no finite one.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="window"/> is not a positive odd number.</exception>
    public static double[] MovingMean(ReadOnlySpan<double> values, int window)
    {
        Require.That(window > 0 && window % 2 == 1, nameof(window), window, "a positive odd number");
        double[] sums = new double[values.Length + 1];
        int[] counts = new int[values.Length + 1];
        for (int i = 0; i < values.Length; i++)
        {
            bool finite = double.IsFinite(values[i]);
            sums[i + 1] = sums[i] + (finite ? values[i] : 0);
            counts[i + 1] = counts[i] + (finite ? 1 : 0);
        }
        double[] means = new double[values.Length];
        for (int i = 0; i < means.Length; i++)
        {
            int start = Math.Max(0, i - window / 2), end = Math.Min(values.Length, i + window / 2 + 1);
            means[i] = (sums[end] - sums[start]) / (counts[end] - counts[start]);
        }
        return means;
    }
}
