using System.Numerics;
using System.Runtime.CompilerServices;
using Floats = System.Numerics.Vector<float>;

namespace NGram.ML.Kernels;

/// <summary>Softmax over a query's keys in every head, in place; rows hold [key, head].</summary>
internal static unsafe class AttentionSoftmax
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Forward(in AttentionQueries queries, in Matrix score, int heads)
    {
        for (int x = 0; x < queries.Count; x++)
        {
            int end = queries.KeyCount(x) * heads;
            float* s = score[x];
            for (float* stop = s + heads; s < stop; s += Floats.Count)
            {
                var max = Vector.Load(s);
                for (int j = heads; j < end; j += heads)
                    max = Vector.Max(max, Vector.Load(s + j));
                var sum = Floats.Zero;
                for (int j = 0; j < end; j += heads)
                {
                    var e = VectorMath.Exp(Vector.Load(s + j) - max);
                    sum += e;
                    Vector.Store(e, s + j);
                }
                var inverse = Floats.One / sum;
                for (int j = 0; j < end; j += heads)
                    Vector.Store(Vector.Load(s + j) * inverse, s + j);
            }
        }
    }

    /// <summary>Turns the probabilities' gradient into the scores'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Backward(in AttentionQueries queries, in Matrix probability, in Matrix gradient, int heads)
    {
        for (int x = 0; x < queries.Count; x++)
        {
            int end = queries.KeyCount(x) * heads;
            float* p = probability[x], g = gradient[x];
            for (float* stop = p + heads; p < stop; p += Floats.Count, g += Floats.Count)
            {
                var mean = Floats.Zero;
                for (int j = 0; j < end; j += heads)
                    mean = Vector.FusedMultiplyAdd(Vector.Load(p + j), Vector.Load(g + j), mean);
                for (int j = 0; j < end; j += heads)
                    Vector.Store((Vector.Load(g + j) - mean) * Vector.Load(p + j), g + j);
            }
        }
    }
}
