using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using NGram.Data.Randomness;

namespace NGram.ML.Optimum;

/// <summary>Where a search for the best encoder starts.</summary>
internal static class EncoderStart
{
    // Eigenvectors take N^3 products: about a second.
    private const int LargestSpectrum = 500;

    private const double Deviation = 0.5, Floor = 1e-3;

    /// <summary>
    /// The first start follows the d directions in which the centred log-probabilities vary most, where N is at most 500; the
    /// others, and the first elsewhere, are random.
    /// </summary>
    /// <returns>Unembeddings, transposed: [d, N].</returns>
    public static double[] Create(DistinctRows rows, int dimension, int seed, int number) =>
        number == 0 && rows.VocabularySize <= LargestSpectrum
            ? Spectral(rows, dimension)
            : Random(rows.VocabularySize * dimension, seed, number);

    private static double[] Random(int count, int seed, int number)
    {
        var random = new CounterRandom(CounterRandom.Key(seed, number));
        double[] unembedding = new double[count];
        for (int i = 0; i < count; i++)
            unembedding[i] = Deviation * random.NextNormal();
        return unembedding;
    }

    private static double[] Spectral(DistinctRows rows, int dimension)
    {
        int size = rows.VocabularySize, directions = Math.Min(dimension, size);
        double[] logs = Centred(rows);
        var moments = new DenseMatrix(size, size);
        for (int row = 0; row < rows.Count; row++)
        {
            var values = logs.AsSpan(row * size, size);
            for (int token = 0; token < size; token++)
            {
                var column = moments.Values.AsSpan(token * size, size);
                TensorPrimitives.MultiplyAdd(values, rows.Weights[row] * values[token], column, column);
            }
        }
        double[] vectors = ((DenseMatrix)moments.Evd(Symmetricity.Symmetric).EigenVectors).Values; // by columns, ascending
        double[] unembedding = new double[dimension * size];
        for (int k = 0; k < directions; k++)
            vectors.AsSpan((size - 1 - k) * size, size).CopyTo(unembedding.AsSpan(k * size));
        return unembedding;
    }

    // log(pi + floor) minus its mean over the tokens, which logits leave free.
    private static double[] Centred(DistinctRows rows)
    {
        int size = rows.VocabularySize;
        double[] logs = new double[rows.Probabilities.Length];
        TensorPrimitives.Add(rows.Probabilities, Floor / size, logs);
        TensorPrimitives.Log<double>(logs, logs);
        for (int row = 0; row < rows.Count; row++)
        {
            var values = logs.AsSpan(row * size, size);
            TensorPrimitives.Subtract(values, TensorPrimitives.Sum<double>(values) / size, values);
        }
        return logs;
    }
}
