using System.Runtime.CompilerServices;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>
/// Adam as torch.optim.Adam states it, with its default coefficients 0.9, 0.999 and epsilon 1e-8 and no weight decay.
/// </summary>
/// <remarks>
/// A lane is an element of a parameter. Padding needs no care: its gradient is zero, and so are its moments and its change.
/// </remarks>
internal readonly unsafe struct Adam
{
    private const double Beta1 = 0.9, Beta2 = 0.999;
    private const float Epsilon = 1e-8f;
    private readonly float stepSize, inverseCorrection;

    /// <param name="learningRate">The learning rate of this step.</param>
    /// <param name="step">Counted from 1.</param>
    public Adam(double learningRate, long step)
    {
        stepSize = (float)(learningRate / (1 - Math.Pow(Beta1, step)));
        inverseCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(Beta2, step)));
    }

    /// <summary>Updates <c>length</c> values, in whole vectors, and their moments.</summary>
    /// <remarks><code>
    /// for (i) first[i] += (1 - beta1) * (gradient[i] - first[i]);
    /// for (i) second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] * gradient[i];
    /// for (i) value[i] -= stepSize * first[i] / (sqrt(second[i]) * inverseCorrection + epsilon);
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Update<V>(float* value, float* gradient, float* first, float* second, nint length) where V : struct, IFloats<V>
    {
        V step = V.Broadcast(-stepSize), correction = V.Broadcast(inverseCorrection);
        for (nint i = 0; i < length; i += V.Count)
            Move(value + i, V.Load(gradient + i), first + i, second + i, step, correction);
    }

    /// <summary>
    /// Updates the rows of a table that have ever had a gradient, including those without one in this batch, whose moments still
    /// decay. All others have no moments and stay exactly as they are.
    /// </summary>
    /// <param name="value">The table.</param>
    /// <param name="first">First moments.</param>
    /// <param name="second">Second moments.</param>
    /// <param name="gradient">The gradient's rows of this batch.</param>
    /// <param name="none">A row of zeros.</param>
    /// <param name="rowOf">The gradient's row for every row of the table, or -1.</param>
    /// <param name="seen">Which rows have had a gradient.</param>
    /// <remarks><code>
    /// for (row where seen[row]) Update(value[row], rowOf[row] is -1 ? none : gradient[rowOf[row]], first[row], second[row]);
    /// </code></remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void UpdateRows<V>(
        in Matrix value,
        in Matrix first,
        in Matrix second,
        in Matrix gradient,
        in Matrix none,
        ReadOnlySpan<int> rowOf,
        ReadOnlySpan<bool> seen) where V : struct, IFloats<V>
    {
        V step = V.Broadcast(-stepSize), correction = V.Broadcast(inverseCorrection);
        float* w = value.Data, m = first.Data, v = second.Data, gradients = gradient.Data, zeros = none.Data;
        nint stride = value.Stride;
        for (int row = 0; row < seen.Length; row++, w += stride, m += stride, v += stride)
        {
            if (!seen[row])
                continue;
            float* g = rowOf[row] < 0 ? zeros : gradients + rowOf[row] * stride;
            for (nint i = 0; i < stride; i += V.Count)
                Move(w + i, V.Load(g + i), m + i, v + i, step, correction);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Move<V>(float* value, V gradient, float* first, float* second, V step, V correction)
        where V : struct, IFloats<V>
    {
        var m = V.Load(first);
        m = V.MultiplyAdd(gradient - m, V.Broadcast((float)(1 - Beta1)), m);
        var v = V.Load(second) * V.Broadcast((float)Beta2);
        v = V.MultiplyAdd(gradient * gradient, V.Broadcast((float)(1 - Beta2)), v);
        var change = m * V.Reciprocal(V.MultiplyAdd(V.SquareRoot(v), correction, V.Broadcast(Epsilon)));
        V.Store(m, first);
        V.Store(v, second);
        V.Store(V.MultiplyAdd(step, change, V.Load(value)), value);
    }
}
