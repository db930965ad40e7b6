using System.Numerics.Tensors;
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

    /// <summary>target = softmax(logits). The last vector of the logits is overwritten.</summary>
    /// <remarks>
    /// The exponentials already go to the target, whose memory then arrives while they are computed.
    /// <code>
    /// for (i) target[i] = exp(logits[i] - the greatest one), sum += target[i];
    /// for (i) target[i] /= sum;
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Softmax(float* logits, float* target, int count)
    {
        int w = V.Count, whole = count / w * w, padded = Matrix.Padded(count, w);
        for (int i = count; i < padded; i++)
            logits[i] = Nothing;
        var max = V.Broadcast(Greatest(logits, padded));
        V sum = default;
        for (int i = 0; i < padded; i += w)
        {
            var exponential = VectorMath<V>.Exp(V.Load(logits + i) - max);
            V.Store(exponential, i < whole ? target + i : logits + i);
            sum += exponential;
        }
        float factor = 1 / V.Sum(sum);
        for (int i = 0; i < whole; i += w)
            V.Store(V.Load(target + i) * V.Broadcast(factor), target + i);
        for (int i = whole; i < count; i++)
            target[i] = logits[i] * factor;
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Greatest(float* values, int count)
    {
        int w = V.Count, i = w;
        V first = V.Load(values), second = first;
        for (; i + w < count; i += 2 * w)
        {
            first = V.Max(first, V.Load(values + i));
            second = V.Max(second, V.Load(values + i + w));
        }
        first = V.Max(first, second);
        if (i < count)
            first = V.Max(first, V.Load(values + i));
        float* lanes = stackalloc float[w];
        V.Store(first, lanes);
        return TensorPrimitives.Max(new ReadOnlySpan<float>(lanes, w));
    }
}
