using System.Numerics.Tensors;
using NGram.Data.Randomness;

namespace NGram.ML.Constructions.Systems;

/// <summary>A distinct vector for every token.</summary>
internal sealed class TokenDirections
{
    private readonly int dimension;

    /// <summary>Unit vectors: on a circle where d = 2, random ones elsewhere.</summary>
    /// <param name="count">N.</param>
    /// <param name="dimension">d, at least 2.</param>
    /// <param name="random">Source of the random ones.</param>
    public TokenDirections(int count, int dimension, CounterRandom random)
    {
        this.dimension = dimension;
        Values = new double[count * dimension];
        for (int token = 0; token < count; token++)
        {
            var vector = Values.AsSpan(token * dimension, dimension);
            if (dimension == 2)
                (vector[1], vector[0]) = Math.SinCos(2 * Math.PI * token / count);
            else
                Fill(vector, ref random);
        }
    }

    /// <summary>
    /// The corners of a regular simplex, as far from each other as possible: Helmert's N - 1 orthonormal columns, which are
    /// orthogonal to (1, ..., 1).
    /// </summary>
    /// <param name="count">N.</param>
    /// <param name="dimension">d, at least N - 1; further coordinates are 0.</param>
    public TokenDirections(int count, int dimension)
    {
        this.dimension = dimension;
        Values = new double[count * dimension];
        for (int column = 1; column < count; column++)
        {
            double value = 1 / Math.Sqrt(column * (column + 1.0));
            for (int token = 0; token < column; token++)
                Values[token * dimension + column - 1] = value;
            Values[column * dimension + column - 1] = -column * value;
        }
    }

    /// <summary>[N, d].</summary>
    public double[] Values { get; }

    /// <summary>The vector of a token.</summary>
    public ReadOnlySpan<double> this[int token] => Values.AsSpan(token * dimension, dimension);

    /// <summary>The largest inner product of two of them, below 1.</summary>
    public double Nearest()
    {
        double nearest = -1;
        for (int a = 1; a < Values.Length / dimension; a++)
        {
            for (int b = 0; b < a; b++)
                nearest = Math.Max(nearest, TensorPrimitives.Dot(this[a], this[b]));
        }
        return nearest;
    }

    private static void Fill(Span<double> vector, ref CounterRandom random)
    {
        for (int i = 0; i < vector.Length; i++)
            vector[i] = random.NextNormal();
        TensorPrimitives.Divide(vector, TensorPrimitives.Norm<double>(vector), vector);
    }
}
