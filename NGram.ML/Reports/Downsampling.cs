using NGram.Data.Checks;

namespace NGram.ML.Reports;

/// <summary>Chooses the points of a long curve that a chart draws.</summary>
internal static class Downsampling
{
    /// <summary>
    /// The ends of the curve and, of equal stretches of it, the smallest and the largest value, so that no peak is lost.
    /// </summary>
    /// <param name="values">The curve; values that are not finite are chosen only where a stretch has no other.</param>
    /// <param name="maximum">Points at most; at least 4.</param>
    /// <returns>Indices in ascending order: all of them where there are no more than <paramref name="maximum"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximum"/> is below 4.</exception>
    public static int[] Extremes(ReadOnlySpan<double> values, int maximum)
    {
        Require.AtLeast(maximum, 4, nameof(maximum));
        if (values.Length <= maximum)
            return [.. Enumerable.Range(0, values.Length)];
        int inner = values.Length - 2, stretches = (maximum - 2) / 2;
        var chosen = new List<int>(maximum) { 0 };
        for (int stretch = 0; stretch < stretches; stretch++)
        {
            int start = 1 + (int)((long)inner * stretch / stretches), end = 1 + (int)((long)inner * (stretch + 1) / stretches);
            var (low, high) = (start, start);
            for (int i = start + 1; i < end; i++)
            {
                if (values[i] < values[low] || !double.IsFinite(values[low]))
                    low = i;
                if (values[i] > values[high] || !double.IsFinite(values[high]))
                    high = i;
            }
            chosen.Add(Math.Min(low, high));
            if (low != high)
                chosen.Add(Math.Max(low, high));
        }
        chosen.Add(values.Length - 1);
        return [.. chosen];
    }

    /// <summary>Evenly spaced indices of a curve that is smooth already, both ends included.</summary>
    /// <param name="count">Points of the curve.</param>
    /// <param name="maximum">Points at most; at least 2.</param>
    /// <returns>Indices in ascending order: all of them where there are no more than <paramref name="maximum"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maximum"/> is below 2.</exception>
    public static int[] Even(int count, int maximum)
    {
        Require.AtLeast(maximum, 2, nameof(maximum));
        return count <= maximum
            ? [.. Enumerable.Range(0, count)]
            : [.. Enumerable.Range(0, maximum).Select(i => (int)((long)i * (count - 1) / (maximum - 1)))];
    }
}
