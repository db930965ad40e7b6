using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace NGram.ML.Fused.Vectors;

/// <summary>8 lanes: AVX2.</summary>
internal unsafe struct Floats8(Vector256<float> lanes) : IFloats<Floats8>
{
    private const int ExponentBias = 127, MantissaBits = 23;

    private Vector256<float> lanes = lanes;

    public static int Count => 8;

    public static Floats8 One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new(Vector256<float>.One);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator +(Floats8 left, Floats8 right) => new(left.lanes + right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator -(Floats8 left, Floats8 right) => new(left.lanes - right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator *(Floats8 left, Floats8 right) => new(left.lanes * right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator /(Floats8 left, Floats8 right) => new(left.lanes / right.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 operator -(Floats8 value) => new(-value.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Broadcast(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Floats8 value, float* target) => value.lanes.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 MultiplyAdd(Floats8 left, Floats8 right, Floats8 addend) =>
        new(Vector256.FusedMultiplyAdd(left.lanes, right.lanes, addend.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Floats8 sum, Floats8 left, Floats8 right) =>
        sum.lanes = Vector256.FusedMultiplyAdd(left.lanes, right.lanes, sum.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AddProduct(ref Floats8 sum, Floats8 left, float* right) =>
        sum.lanes = Vector256.FusedMultiplyAdd(left.lanes, Vector256.Load(right), sum.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Max(Floats8 left, Floats8 right) => new(Vector256.MaxNative(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Min(Floats8 left, Floats8 right) => new(Vector256.MinNative(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Abs(Floats8 value) => new(Vector256.Abs(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 SquareRoot(Floats8 value) => new(Vector256.Sqrt(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Reciprocal(Floats8 value)
    {
        if (!Avx512F.VL.IsSupported)
            return One / value;
        var estimate = Avx512F.VL.Reciprocal14(value.lanes);
        var error = Vector256.FusedMultiplyAdd(-value.lanes, estimate, Vector256<float>.One);
        return new(Vector256.FusedMultiplyAdd(estimate, error, estimate));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Log(Floats8 value) => new(Vector256.Log(value.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(Floats8 value) => Vector256.Sum(value.lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 SumInGroups(Floats8 value, int lanes)
    {
        var sum = value.lanes;
        if (lanes > 1)
            sum += Vector256.Shuffle(sum, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6));
        if (lanes > 2)
            sum += Vector256.Shuffle(sum, Vector256.Create(2, 3, 0, 1, 6, 7, 4, 5));
        if (lanes > 4)
            sum += Vector256.Shuffle(sum, Vector256.Create(4, 5, 6, 7, 0, 1, 2, 3));
        return new(sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Floats8 first, Floats8 second, Floats8 third, Floats8 fourth)
    {
        if (Avx.IsSupported)
        {
            var sums = Avx.HorizontalAdd(
                Avx.HorizontalAdd(first.lanes, second.lanes), Avx.HorizontalAdd(third.lanes, fourth.lanes));
            return sums.GetLower() + sums.GetUpper();
        }

        return Vector128.Create(Sum(first), Sum(second), Sum(third), Sum(fourth));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 IsGreater(Floats8 left, Floats8 right) => new(Vector256.GreaterThan(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 IsEqual(Floats8 left, Floats8 right) => new(Vector256.Equals(left.lanes, right.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 Select(Floats8 mask, Floats8 ifTrue, Floats8 ifFalse) =>
        new(Vector256.ConditionalSelect(mask.lanes, ifTrue.lanes, ifFalse.lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsZero(Floats8 value) => Vector256.EqualsAll(value.lanes, Vector256<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Floats8 PowerOfTwo(Floats8 shifted) =>
        new(((shifted.lanes.AsInt32() + Vector256.Create(ExponentBias)) << MantissaBits).AsSingle());
}
