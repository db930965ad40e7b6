namespace NGram.Cli.Bench.Cases;

/// <summary>Distinct beginnings of a batch's rows.</summary>
internal static class PrefixCounts
{
    /// <summary>Number of distinct prefixes of 1, 2, ..., S tokens, the mean over all batches of a stream.</summary>
    public static double[] Mean(BatchStream batches, int contextWindow)
    {
        double[] means = new double[contextWindow - 1];
        var reader = batches.Again();
        for (int batch = 0; batch < BatchStream.Batches; batch++)
        {
            int[] counts = Of(reader.Next(), contextWindow);
            for (int i = 0; i < means.Length; i++)
                means[i] += (double)counts[i] / BatchStream.Batches;
        }
        return means;
    }

    /// <summary>Number of distinct prefixes of 1, 2, ..., S tokens of a batch.</summary>
    public static int[] Of(ReadOnlySpan<ushort> tokens, int contextWindow)
    {
        int rows = tokens.Length / contextWindow;
        int[] counts = new int[contextWindow - 1];
        int[] prefixes = new int[rows];
        for (int position = 0; position < counts.Length; position++)
        {
            // A prefix is known by the number of the one before it and its last token.
            var numbers = new Dictionary<(int Before, ushort Token), int>();
            for (int row = 0; row < rows; row++)
            {
                var prefix = (prefixes[row], tokens[row * contextWindow + position]);
                if (!numbers.TryGetValue(prefix, out int number))
                    numbers.Add(prefix, number = numbers.Count);
                prefixes[row] = number;
            }
            counts[position] = numbers.Count;
        }
        return counts;
    }
}
