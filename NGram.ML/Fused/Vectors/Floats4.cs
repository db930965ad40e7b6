using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGram.ML.Fused.Vectors;

/// <summary>4 lanes: SSE, AdvSimd.</summary>
internal unsafe struct Floats4(Vector128<float> lanes) : IFloats<Floats4>
{
    private const int ExponentBias = 127, MantissaBits = 23;

    private Vector128<float> lanes = lanes;

    public static int Count => 4;

    public static Floats4 One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector128<float>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator +(Floats4 left, Floats4 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator -(Floats4 left, Floats4 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator *(Floats4 left, Floats4 right) => new(left.lanes * right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator /(Floats4 left, Floats4 right) => new(left.lanes / right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 operator -(Floats4 value) => new(-value.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Broadcast(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats4 value, float* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 MultiplyAdd(Floats4 left, Floats4 right, Floats4 addend) =>
        new(Vector128.FusedMultiplyAdd(left.lanes, right.lanes, addend.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Floats4 sum, Floats4 left, Floats4 right) =>
        sum.lanes = Vector128.FusedMultiplyAdd(left.lanes, right.lanes, sum.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Floats4 sum, Floats4 left, float* right) =>
        sum.lanes = Vector128.FusedMultiplyAdd(left.lanes, Vector128.Load(right), sum.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Max(Floats4 left, Floats4 right) => new(Vector128.MaxNative(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Min(Floats4 left, Floats4 right) => new(Vector128.MinNative(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Abs(Floats4 value) => new(Vector128.Abs(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 SquareRoot(Floats4 value) => new(Vector128.Sqrt(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Reciprocal(Floats4 value)
    {
        if (!Avx512F.VL.IsSupported)
            return One / value;
        var estimate = Avx512F.VL.Reciprocal14(value.lanes);
        var error = Vector128.FusedMultiplyAdd(-value.lanes, estimate, Vector128<float>.One);
        return new(Vector128.FusedMultiplyAdd(estimate, error, estimate));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Log(Floats4 value) => new(Vector128.Log(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Floats4 value) => Vector128.Sum(value.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 SumInGroups(Floats4 value, int lanes)
    {
        var sum = value.lanes;
        if (lanes > 1)
            sum += Vector128.Shuffle(sum, Vector128.Create(1, 0, 3, 2));
        if (lanes > 2)
            sum += Vector128.Shuffle(sum, Vector128.Create(2, 3, 0, 1));
        return new(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Floats4 first, Floats4 second, Floats4 third, Floats4 fourth)
    {
        if (Sse3.IsSupported)
        {
            return Sse3.HorizontalAdd(
                Sse3.HorizontalAdd(first.lanes, second.lanes), Sse3.HorizontalAdd(third.lanes, fourth.lanes));
        }

        return Vector128.Create(Sum(first), Sum(second), Sum(third), Sum(fourth));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 IsGreater(Floats4 left, Floats4 right) => new(Vector128.GreaterThan(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 IsEqual(Floats4 left, Floats4 right) => new(Vector128.Equals(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 Select(Floats4 mask, Floats4 ifTrue, Floats4 ifFalse) =>
        new(Vector128.ConditionalSelect(mask.lanes, ifTrue.lanes, ifFalse.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Floats4 value) => Vector128.EqualsAll(value.lanes, Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats4 PowerOfTwo(Floats4 shifted) =>
        new(((shifted.lanes.AsInt32() + Vector128.Create(ExponentBias)) << MantissaBits).AsSingle());
}
