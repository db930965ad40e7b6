using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGram.ML.Fused.Vectors;

/// <summary>16 lanes: AVX-512.</summary>
internal unsafe struct Floats16(Vector512<float> lanes) : IFloats<Floats16>
{
    private const int ExponentBias = 127, MantissaBits = 23;

    private Vector512<float> lanes = lanes;

    public static int Count => 16;

    public static Floats16 One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector512<float>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator +(Floats16 left, Floats16 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator -(Floats16 left, Floats16 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator *(Floats16 left, Floats16 right) => new(left.lanes * right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator /(Floats16 left, Floats16 right) => new(left.lanes / right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 operator -(Floats16 value) => new(-value.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Broadcast(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats16 value, float* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 MultiplyAdd(Floats16 left, Floats16 right, Floats16 addend) =>
        new(Vector512.FusedMultiplyAdd(left.lanes, right.lanes, addend.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Floats16 sum, Floats16 left, Floats16 right) =>
        sum.lanes = Vector512.FusedMultiplyAdd(left.lanes, right.lanes, sum.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Floats16 sum, Floats16 left, float* right) =>
        sum.lanes = Vector512.FusedMultiplyAdd(left.lanes, Vector512.Load(right), sum.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Max(Floats16 left, Floats16 right) => new(Vector512.MaxNative(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Min(Floats16 left, Floats16 right) => new(Vector512.MinNative(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Abs(Floats16 value) => new(Vector512.Abs(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 SquareRoot(Floats16 value) => new(Vector512.Sqrt(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Reciprocal(Floats16 value)
    {
        if (!Avx512F.IsSupported)
            return One / value;
        var estimate = Avx512F.Reciprocal14(value.lanes);
        var error = Vector512.FusedMultiplyAdd(-value.lanes, estimate, Vector512<float>.One);
        return new(Vector512.FusedMultiplyAdd(estimate, error, estimate));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Log(Floats16 value) => new(Vector512.Log(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Floats16 value) => Vector512.Sum(value.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 SumInGroups(Floats16 value, int lanes)
    {
        var sum = value.lanes;
        if (lanes > 1)
            sum += Vector512.Shuffle(sum, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
        if (lanes > 2)
            sum += Vector512.Shuffle(sum, Vector512.Create(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
        if (lanes > 4)
            sum += Vector512.Shuffle(sum, Vector512.Create(4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
        if (lanes > 8)
            sum += Vector512.Shuffle(sum, Vector512.Create(8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
        return new(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Floats16 first, Floats16 second, Floats16 third, Floats16 fourth) =>
        Floats8.Sums(Halves(first), Halves(second), Halves(third), Halves(fourth));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 IsGreater(Floats16 left, Floats16 right) => new(Vector512.GreaterThan(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 IsEqual(Floats16 left, Floats16 right) => new(Vector512.Equals(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 Select(Floats16 mask, Floats16 ifTrue, Floats16 ifFalse) =>
        new(Vector512.ConditionalSelect(mask.lanes, ifTrue.lanes, ifFalse.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Floats16 value) => Vector512.EqualsAll(value.lanes, Vector512<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats16 PowerOfTwo(Floats16 shifted) =>
        new(((shifted.lanes.AsInt32() + Vector512.Create(ExponentBias)) << MantissaBits).AsSingle());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Floats8 Halves(Floats16 value) => new(value.lanes.GetLower() + value.lanes.GetUpper());
}
