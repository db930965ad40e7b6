namespace NGram.ML.Reports;

/// <summary>Moves labels apart that would be drawn over each other.</summary>
internal static class LabelLayout
{
    /// <summary>
    /// The nearest positions (least squares) in the same order that are at least <paramref name="spacing"/> apart.
    /// </summary>
    /// <param name="positions">Wanted positions, in ascending order.</param>
    /// <param name="spacing">Smallest distance of two labels.</param>
    /// <remarks>
    /// Less i times the spacing, the positions only have to ascend: an isotonic regression, by pooling neighbours.
    /// </remarks>
    public static double[] Spread(ReadOnlySpan<double> positions, double spacing)
    {
        var pools = new List<(double Sum, int Count)>();
        for (int i = 0; i < positions.Length; i++)
        {
            var pool = (Sum: positions[i] - i * spacing, Count: 1);
            while (pools.Count > 0 && pools[^1].Sum / pools[^1].Count > pool.Sum / pool.Count)
            {
                pool = (pool.Sum + pools[^1].Sum, pool.Count + pools[^1].Count);
                pools.RemoveAt(pools.Count - 1);
            }
            pools.Add(pool);
        }
        return
        [
            .. pools.SelectMany(pool => Enumerable.Repeat(pool.Sum / pool.Count, pool.Count)).Select((p, i) => p + i * spacing),
        ];
    }
}
