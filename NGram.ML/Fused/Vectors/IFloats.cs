using System.Numerics;
using System.Runtime.Intrinsics;

namespace NGram.ML.Fused.Vectors;

/// <summary>
/// A vector of float32 values, its lanes, as the kernels compute with it. They are generic over it, so that one source serves
/// every width and all widths run in one process. The implementations are structs, for each of which the just-in-time compiler
/// generates separate code: each member is an instruction or a few.
/// </summary>
/// <typeparam name="V">The implementation itself.</typeparam>
internal unsafe interface IFloats<V> :
    IAdditionOperators<V, V, V>,
    ISubtractionOperators<V, V, V>,
    IMultiplyOperators<V, V, V>,
    IDivisionOperators<V, V, V>,
    IUnaryNegationOperators<V, V>
    where V : struct, IFloats<V>
{
    /// <summary>Number of lanes.</summary>
    static abstract int Count { get; }

    /// <summary>1 in every lane; <c>default</c> is 0 in every lane.</summary>
    static abstract V One { get; }

    /// <summary>The value in every lane.</summary>
    static abstract V Broadcast(float value);

    /// <summary>Reads <see cref="Count"/> floats, at any address.</summary>
    static abstract V Load(float* source);

    /// <summary>Writes <see cref="Count"/> floats, at any address.</summary>
    static abstract void Store(V value, float* target);

    /// <summary>left right + addend, rounded once.</summary>
    static abstract V MultiplyAdd(V left, V right, V addend);

    /// <summary>
    /// sum += left right, rounded once. In place, as the instruction is: the compiler copies vectors around a returned sum.
    /// </summary>
    static abstract void AddProduct(ref V sum, V left, V right);

    /// <summary>The same with a factor in memory, which the instruction reads.</summary>
    static abstract void AddProduct(ref V sum, V left, float* right);

    /// <summary>
    /// The greater one, by the processor's single instruction: if right is NaN, so is the result; if left is, the result depends
    /// on the processor.
    /// </summary>
    static abstract V Max(V left, V right);

    /// <summary>The lesser one; if right is NaN, so is the result.</summary>
    static abstract V Min(V left, V right);

    static abstract V Abs(V value);

    static abstract V SquareRoot(V value);

    /// <summary>
    /// 1 / value, to two units in the last place, for values from 1e-37 to 1e37. Where the processor has an estimate, it is that
    /// and a step of Newton's method, which do not wait for the divider.
    /// </summary>
    static abstract V Reciprocal(V value);

    /// <summary>The natural logarithm.</summary>
    static abstract V Log(V value);

    /// <summary>The sum of all lanes.</summary>
    static abstract float Sum(V value);

    /// <summary>In every lane, the sum of its group; a group has the given number of lanes, a power of two.</summary>
    static abstract V SumInGroups(V value, int lanes);

    /// <summary>The sums of all lanes of four vectors.</summary>
    static abstract Vector128<float> Sums(V first, V second, V third, V fourth);

    /// <summary>A mask, for <see cref="Select"/>, of the lanes where left is greater than right.</summary>
    static abstract V IsGreater(V left, V right);

    /// <summary>A mask, for <see cref="Select"/>, of the lanes where both are equal.</summary>
    static abstract V IsEqual(V left, V right);

    /// <summary>In every lane, one of two values.</summary>
    static abstract V Select(V mask, V ifTrue, V ifFalse);

    /// <summary>Whether every lane is 0.</summary>
    static abstract bool IsZero(V value);

    /// <summary>
    /// 2^k, where k, from -126 to 127, is in the low bits of a float, as after adding 1.5 2^23 to a small number.
    /// </summary>
    static abstract V PowerOfTwo(V shifted);
}
