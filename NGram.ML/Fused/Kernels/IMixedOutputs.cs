using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Kernels;

/// <summary>What a lane of a value is in <see cref="AttentionMix{V, O}"/>, and so how its sums become outputs.</summary>
internal unsafe interface IMixedOutputs<V> where V : struct, IFloats<V>
{
    /// <summary>What vector m of a value is multiplied by: the outputs, or their gradients, that its lanes belong to.</summary>
    static abstract V Load(float* outputs, int m);

    /// <summary>Writes the outputs whose sums are in vector m.</summary>
    static abstract void Store(V sums, float* outputs, int m);

    /// <summary>The same for vectors m to m + 3.</summary>
    static abstract void Store(V first, V second, V third, V fourth, float* outputs, int m);
}

/// <summary>A lane is a head, or its share: vector m of a value belongs to output m, the sum of the lanes.</summary>
internal readonly unsafe struct HeadsInLanes<V> : IMixedOutputs<V> where V : struct, IFloats<V>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(float* outputs, int m) => V.Broadcast(outputs[m]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V sums, float* outputs, int m) => outputs[m] = V.Sum(sums);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V first, V second, V third, V fourth, float* outputs, int m) =>
        V.Sums(first, second, third, fourth).Store(outputs + m);
}

/// <summary>A lane is an output. The probability of a head is in all lanes of its own vector.</summary>
internal readonly unsafe struct OutputsInLanes<V> : IMixedOutputs<V> where V : struct, IFloats<V>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load(float* outputs, int m) => V.Load(outputs + m * V.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V sums, float* outputs, int m) => V.Store(sums, outputs + m * V.Count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(V first, V second, V third, V fourth, float* outputs, int m)
    {
        Store(first, outputs, m);
        Store(second, outputs, m + 1);
        Store(third, outputs, m + 2);
        Store(fourth, outputs, m + 3);
    }
}
