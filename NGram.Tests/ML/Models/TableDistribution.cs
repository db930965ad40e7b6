using NGram.Data.Distributions;

namespace NGram.Tests.ML.Models;

/// <summary>An n-gram distribution by its tables pi_0, pi_1, ..., row-major.</summary>
internal sealed class TableDistribution(int vocabularySize, double[][] tables) : INGramDistribution
{
    public int Order => tables.Length;

    public int VocabularySize => vocabularySize;

    public void GetProbabilities(ReadOnlySpan<ushort> context, Span<double> probabilities)
    {
        int level = Math.Min(context.Length, Order - 1), row = 0;
        foreach (ushort token in context[^level..])
            row = row * vocabularySize + token;
        tables[level].AsSpan(row * vocabularySize, vocabularySize).CopyTo(probabilities);
    }

    /// <summary>Rows that differ in entropy: powers of uniform numbers, normalised.</summary>
    public static TableDistribution Random(int order, int vocabularySize, int seed)
    {
        var random = new Random(seed);
        double[][] tables = new double[order][];
        for (int level = 0, rows = 1; level < order; level++, rows *= vocabularySize)
        {
            tables[level] = new double[rows * vocabularySize];
            for (int row = 0; row < rows; row++)
            {
                var law = tables[level].AsSpan(row * vocabularySize, vocabularySize);
                double power = 4 * random.NextDouble(), sum = 0;
                foreach (ref double p in law)
                    sum += p = Math.Pow(random.NextDouble(), power);
                foreach (ref double p in law)
                    p /= sum;
            }
        }
        return new TableDistribution(vocabularySize, tables);
    }
}
