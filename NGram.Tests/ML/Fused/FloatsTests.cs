using NGram.ML.Fused.Vectors;

namespace NGram.Tests.ML.Fused;

/// <summary>Every lane of every member against the scalar operation, so that no lane is swapped or left out.</summary>
internal abstract unsafe class FloatsTests<V> where V : struct, IFloats<V>
{
    private static readonly float[] Left = Draw(1), Right = Draw(2), Addend = Draw(3);

    [TestMethod]
    public void Every_lane_is_the_scalar_operation()
    {
        fixed (float* l = Left, r = Right, a = Addend)
        {
            V left = V.Load(l), right = V.Load(r), addend = V.Load(a), sum = addend, sumFromMemory = addend;
            V.AddProduct(ref sum, left, right);
            V.AddProduct(ref sumFromMemory, left, r);
            Check(left + right, (x, y, _) => x + y);
            Check(left - right, (x, y, _) => x - y);
            Check(left * right, (x, y, _) => x * y);
            Check(left / right, (x, y, _) => x / y);
            Check(-left, (x, _, _) => -x);
            Check(V.MultiplyAdd(left, right, addend), MathF.FusedMultiplyAdd);
            Check(sum, MathF.FusedMultiplyAdd);
            Check(sumFromMemory, MathF.FusedMultiplyAdd);
            Check(V.Max(left, right), (x, y, _) => MathF.Max(x, y));
            Check(V.Min(left, right), (x, y, _) => MathF.Min(x, y));
            Check(V.Abs(left), (x, _, _) => MathF.Abs(x));
            Check(V.SquareRoot(V.Abs(left)), (x, _, _) => MathF.Sqrt(MathF.Abs(x)));
            Check(V.Log(V.Abs(left)), (x, _, _) => MathF.Log(MathF.Abs(x)), 2e-7f);
            Check(V.Select(V.IsGreater(left, right), addend, default), (x, y, z) => x > y ? z : 0);
            Check(V.Select(V.IsEqual(left, V.Broadcast(Left[1])), addend, right), (x, y, z) => x == Left[1] ? z : y);
            Check(V.Broadcast(3), (_, _, _) => 3);
            Check(V.One, (_, _, _) => 1);
            Check(V.PowerOfTwo(V.Broadcast(12582912f - 3)), (_, _, _) => 0.125f);
        }
    }

    [TestMethod]
    public void Lanes_are_summed_and_compared_as_one()
    {
        fixed (float* l = Left)
            Assert.AreEqual(Left.Take(V.Count).Sum(x => (double)x), V.Sum(V.Load(l)), 1e-5);
        Assert.IsTrue(V.IsZero(default));
        float* last = stackalloc float[V.Count];
        for (int i = 0; i < V.Count; i++)
            last[i] = i == V.Count - 1 ? 1 : 0;
        Assert.IsFalse(V.IsZero(V.Load(last)));
    }

    [TestMethod]
    public void Groups_of_lanes_are_summed()
    {
        float* sums = stackalloc float[V.Count];
        for (int group = 1; group <= V.Count; group *= 2)
        {
            fixed (float* l = Left)
                V.Store(V.SumInGroups(V.Load(l), group), sums);
            for (int i = 0; i < V.Count; i++)
            {
                double expected = Left.Skip(i / group * group).Take(group).Sum(x => (double)x);
                Assert.AreEqual(expected, sums[i], 1e-5, $"{group} lanes, lane {i}");
            }
        }
    }

    private static void Check(V actual, Func<float, float, float, float> expected, float tolerance = 0)
    {
        float* lanes = stackalloc float[V.Count];
        V.Store(actual, lanes);
        for (int i = 0; i < V.Count; i++)
        {
            float value = expected(Left[i], Right[i], Addend[i]);
            Assert.AreEqual(value, lanes[i], tolerance * MathF.Abs(value), $"lane {i}");
        }
    }

    private static float[] Draw(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, 16).Select(_ => (float)(4 * random.NextDouble() - 2))];
    }
}

[TestClass]
internal sealed class FloatsTests4 : FloatsTests<Floats4>;

[TestClass]
internal sealed class FloatsTests8 : FloatsTests<Floats8>;

[TestClass]
internal sealed class FloatsTests16 : FloatsTests<Floats16>;
