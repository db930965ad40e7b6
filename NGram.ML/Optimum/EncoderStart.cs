using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using NGram.Data.Randomness;

namespace NGram.ML.Optimum;

/// <summary>Where a search for the best encoder starts.</summary>
internal static class EncoderStart
{
    // Eigenvectors take N^3 products: a second or so.
    private const int LargestSpectrum = 500;

    private const double Deviation = 0.5, Floor = 1e-3;

    /// <summary>
    /// The first start follows the d directions in which the centred log-probabilities vary most, where N is at most 500; the
    /// others, and the first elsewhere, are random.
    /// </summary>
    /// <returns>Variables of the objective.</returns>
    public static double[] Create(DistinctRows rows, EncoderObjective objective, int dimension, int seed, int number) =>
        number == 0 && rows.VocabularySize <= LargestSpectrum
            ? Spectral(rows, objective, dimension)
            : Random(rows, objective, dimension, seed, number);

    private static double[] Random(DistinctRows rows, EncoderObjective objective, int dimension, int seed, int number)
    {
        var random = new CounterRandom(CounterRandom.Key(seed, number));
        double[] variables = new double[objective.Count];
        for (int i = 0; i < variables.Length; i++)
        {
            double scale = i < rows.Count * dimension ? objective.Scales[i / dimension] : 1;
            variables[i] = Deviation * random.NextNormal() / scale;
        }
        return variables;
    }

    private static double[] Spectral(DistinctRows rows, EncoderObjective objective, int dimension)
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
        double[] variables = new double[objective.Count];
        for (int k = 0; k < directions; k++)
        {
            var vector = vectors.AsSpan((size - 1 - k) * size, size);
            vector.CopyTo(variables.AsSpan(rows.Count * dimension + k * size));
            for (int row = 0; row < rows.Count; row++)
            {
                variables[row * dimension + k] =
                    TensorPrimitives.Dot<double>(logs.AsSpan(row * size, size), vector) / objective.Scales[row];
            }
        }
        return variables;
    }

    // log(pi + floor), less its mean over the tokens, which logits leave free.
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
