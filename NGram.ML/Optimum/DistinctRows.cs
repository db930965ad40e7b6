using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using Architecture = NGram.ML.Models.Architecture;

namespace NGram.ML.Optimum;

/// <summary>
/// The distinct laws of the next token after the contexts of a distribution: all that the best predictor of a dimension depends
/// on. Weights are the contexts' mean probabilities over the scored positions, as in the divergence of training.
/// </summary>
internal sealed class DistinctRows
{
    /// <summary>Maximum number of probabilities held: 256 MB.</summary>
    public const double MostProbabilities = 1 << 25;

    private DistinctRows(
        int vocabularySize, double[] weights, double[] probabilities, double[] contextWeights, int[] rowOfContext)
    {
        (VocabularySize, Weights, Probabilities) = (vocabularySize, weights, probabilities);
        (ContextWeights, RowOfContext) = (contextWeights, rowOfContext);
    }

    /// <summary>N.</summary>
    public int VocabularySize { get; }

    /// <summary>Number of distinct rows.</summary>
    public int Count => Weights.Length;

    /// <summary>[Count]; they sum to 1.</summary>
    public double[] Weights { get; }

    /// <summary>[Count, N] row-major.</summary>
    public double[] Probabilities { get; }

    /// <summary>[N^(n-1)] by <see cref="ContextIndex.RowOf"/>.</summary>
    public double[] ContextWeights { get; }

    /// <summary>Each context's row; -1 for a context that does not occur.</summary>
    public int[] RowOfContext { get; }

    /// <summary>Whether every token is possible after every context that occurs.</summary>
    public bool HasFullSupport => TensorPrimitives.Min<double>(Probabilities) > 0;

    /// <summary>A row's law.</summary>
    public ReadOnlySpan<double> this[int row] => Probabilities.AsSpan(row * VocabularySize, VocabularySize);

    /// <summary>Whether a distribution's rows can be held.</summary>
    public static bool Fits(INGramDistribution distribution) =>
        ContextIndex.Count(distribution.VocabularySize, distribution.Order) <= MostProbabilities;

    /// <summary>The rows that a model is scored on.</summary>
    /// <exception cref="ArgumentException">There are too many to hold.</exception>
    public static DistinctRows Of(INGramDistribution distribution, Architecture architecture)
    {
        int size = distribution.VocabularySize;
        Require.That(
            Fits(distribution),
            nameof(distribution.VocabularySize),
            size,
            FormattableString.Invariant($"so small that the law has at most {MostProbabilities:N0} probabilities"));
        double[] weights = MeanWeights(distribution, architecture);
        var found = new Dictionary<double[], int>(new RowComparer());
        var (sums, rowOf) = (new List<double>(), new int[weights.Length]);
        ushort[] context = new ushort[distribution.Order - 1];
        for (int index = 0; index < weights.Length; index++)
        {
            rowOf[index] = -1;
            if (weights[index] == 0)
                continue;
            double[] row = new double[size];
            ContextIndex.Decode(index, size, context);
            distribution.GetProbabilities(context, row);
            if (!found.TryGetValue(row, out rowOf[index]))
            {
                found.Add(row, rowOf[index] = found.Count);
                sums.Add(0);
            }
            sums[rowOf[index]] += weights[index];
        }
        double[] probabilities = new double[(long)found.Count * size];
        foreach (var (row, place) in found)
            row.CopyTo(probabilities, place * size);
        return new(size, [.. sums], probabilities, weights, rowOf);
    }

    /// <summary>The statement by which the infimum over sequence encoders of a dimension is 0; null if none applies.</summary>
    public string? Certificate(int dimension) => ZeroInfimum.Statement(
        dimension, VocabularySize, Enumerable.Range(0, Count).Max(row => ZeroInfimum.Possible(this[row])));

    private static double[] MeanWeights(INGramDistribution distribution, Architecture architecture)
    {
        double[] mean = [];
        for (int position = architecture.FirstScored; position < architecture.PromptLength; position++)
        {
            double[] weights = NGram.Data.Distributions.ContextWeights.Probabilities(distribution, position + 1).Values;
            if (mean.Length == 0)
                mean = new double[weights.Length];
            TensorPrimitives.MultiplyAdd(weights, 1.0 / architecture.ScoredPositions, mean, mean);
        }
        return mean;
    }

    private sealed class RowComparer : IEqualityComparer<double[]>
    {
        public bool Equals(double[]? x, double[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(double[] row)
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes<double>(row));
            return hash.ToHashCode();
        }
    }
}
