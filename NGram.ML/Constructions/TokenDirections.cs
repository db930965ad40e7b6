using System.Numerics.Tensors;
using NGram.Data.Randomness;

namespace NGram.ML.Constructions;

/// <summary>A unit vector for every token, of which none is another: on a circle where d = 2, random ones elsewhere.</summary>
internal sealed class TokenDirections
{
    private readonly int dimension;

    /// <param name="count">N.</param>
    /// <param name="dimension">d, at least 2.</param>
    /// <param name="random">Of the random ones.</param>
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

    /// <summary>[N, d].</summary>
    public double[] Values { get; }

    /// <summary>The vector of a token.</summary>
    public ReadOnlySpan<double> this[int token] => Values.AsSpan(token * dimension, dimension);

    /// <summary>The largest product of two of them, below 1.</summary>
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
