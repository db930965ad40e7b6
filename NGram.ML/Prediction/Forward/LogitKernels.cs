using System.Runtime.CompilerServices;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Prediction.Forward;

/// <summary>Functions of a row of logits, whose padding up to whole vectors must not count.</summary>
/// <remarks>A lane is a token; lanes are added once, at the end. Tokens beyond whole vectors are written one by one.</remarks>
internal static unsafe class LogitKernels<V> where V : struct, IFloats<V>
{
    private const float Nothing = -1e30f;

    /// <summary>Replaces logits by e^(logit - greatest) and returns 1 / their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentials(float* logits, int count)
    {
        int padded = Matrix.Padded(count, V.Count);
        for (int i = count; i < padded; i++)
            logits[i] = Nothing;
        var greatest = V.Load(logits);
        for (int i = V.Count; i < padded; i += V.Count)
            greatest = V.Max(greatest, V.Load(logits + i));
        var max = V.Broadcast(Greatest(greatest));
        V sum = default;
        for (int i = 0; i < padded; i += V.Count)
        {
            var exponential = VectorMath<V>.Exp(V.Load(logits + i) - max);
            V.Store(exponential, logits + i);
            sum += exponential;
        }
        return 1 / V.Sum(sum);
    }

    /// <summary>target[i] = factor source[i].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scale(float* source, float factor, float* target, int count)
    {
        var factors = V.Broadcast(factor);
        int i = 0;
        for (; i <= count - V.Count; i += V.Count)
            V.Store(V.Load(source + i) * factors, target + i);
        for (; i < count; i++)
            target[i] = source[i] * factor;
    }

    /// <summary>hidden = gelu(hidden + bias), in place over whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(in Matrix hidden, in Matrix bias)
    {
        float* b = bias.Data;
        for (int row = 0; row < hidden.Rows; row++)
        {
            float* x = hidden[row];
            for (int i = 0; i < hidden.Stride; i += V.Count)
            {
                var u = V.Load(x + i) + V.Load(b + i);
                V.Store(u * VectorMath<V>.NormalCumulative(u, out _), x + i);
            }
        }
    }

    private static float Greatest(V values)
    {
        float* lanes = stackalloc float[V.Count];
        V.Store(values, lanes);
        float greatest = lanes[0];
        for (int i = 1; i < V.Count; i++)
            greatest = MathF.Max(greatest, lanes[i]);
        return greatest;
    }
}
