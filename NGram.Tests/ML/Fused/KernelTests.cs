using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.Tests.ML.Fused;

/// <summary>Products, functions and buffers against their definitions in double.</summary>
internal abstract unsafe class KernelTests<V> where V : struct, IFloats<V>
{
    /// <summary>Shapes around the tiles of 4 rows and 1 to 3 vectors, and a depth beyond a cached block.</summary>
    [TestMethod]
    [DataRow(1, 1, 1)]
    [DataRow(4, 8, 3)]
    [DataRow(7, 25, 10)]
    [DataRow(9, 33, 150)]
    [DataRow(3, 70, 5000)]
    public void Products_are_sums_of_products(int rows, int columns, int depth)
    {
        using var workspace = new Workspace(V.Count);
        var random = new Random(1);
        Matrix left = Fill(workspace.Allocate(rows, depth), random), right = Fill(workspace.Allocate(depth, columns), random);
        Matrix leftTransposed = workspace.Allocate(depth, rows), rightTransposed = workspace.Allocate(columns, depth);
        Elementwise<V>.Transpose(left, leftTransposed);
        Elementwise<V>.Transpose(right, rightTransposed);
        Matrix plain = workspace.Allocate(rows, columns),
            added = Fill(workspace.Allocate(rows, columns), random);
        Matrix before = workspace.Allocate(rows, columns),
            transposed = workspace.Allocate(rows, columns),
            dots = workspace.Allocate(rows, columns);
        before.CopyFrom(added);
        MatrixProduct<V>.Multiply(left, right, plain, accumulate: false);
        MatrixProduct<V>.Multiply(left, right, added, accumulate: true);
        MatrixProduct<V>.MultiplyLeftTransposed(leftTransposed, right, transposed, accumulate: false);
        DotProducts<V>.Multiply(left, rightTransposed, dots, accumulate: false);
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j++)
            {
                double expected = 0;
                for (int k = 0; k < depth; k++)
                    expected += (double)left[i][k] * right[k][j];
                double tolerance = 1e-6 * depth; // rounding of a sum of depth products below 1
                Assert.AreEqual(expected, plain[i][j], tolerance);
                Assert.AreEqual(expected, transposed[i][j], tolerance);
                Assert.AreEqual(expected, dots[i][j], tolerance);
                Assert.AreEqual(expected + before[i][j], added[i][j], tolerance);
            }
        }
    }

    [TestMethod]
    public void Exp_is_exact_to_two_units_in_the_last_place()
    {
        for (double x = -87; x < 80; x += 0.0137)
        {
            double expected = Math.Exp((float)x), actual = First(VectorMath<V>.Exp(V.Broadcast((float)x)));
            Assert.AreEqual(expected, actual, 1.2e-7 * expected, $"{x}");
        }
        Assert.AreEqual(0, First(VectorMath<V>.Exp(V.Broadcast(-1000))), 2e-38);
    }

    /// <summary>Values of the normal distribution to ten digits; a tail keeps its digits until they are few.</summary>
    [TestMethod]
    [DataRow(0, 0.5)]
    [DataRow(0.5, 0.6914624613)]
    [DataRow(1, 0.8413447461)]
    [DataRow(-1, 0.1586552539)]
    [DataRow(3, 0.9986501020)]
    [DataRow(-3, 0.0013498980)]
    [DataRow(12, 1.0)]
    public void Cumulative_probabilities_are_the_normal_distributions(double x, double probability)
    {
        double actual = First(VectorMath<V>.NormalCumulative(V.Broadcast((float)x), out var exponential));
        Assert.AreEqual(probability, actual, 3e-7);
        double tolerance = 1e-7 * (1 + x * x) * Math.Exp(-x * x / 2); // the rounding of x^2/2 is a factor of its exponential
        Assert.AreEqual(Math.Exp(-x * x / 2), First(exponential), tolerance);
    }

    [TestMethod]
    public void Views_beyond_their_matrix_are_refused()
    {
        using var workspace = new Workspace(V.Count);
        var matrix = workspace.Allocate(3, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.RowRange(2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.RowRange(-1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.ColumnRange(0, matrix.Stride + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => matrix.ColumnRange(1, 1));
        Assert.ThrowsExactly<InvalidOperationException>(
            () => MatrixProduct<V>.Multiply(matrix, matrix, matrix, accumulate: false));
        Assert.ThrowsExactly<InvalidOperationException>(() => new RowSet(3).Set(1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => workspace.Allocate(0, 1));
    }

    private static float First(V vector)
    {
        float* lanes = stackalloc float[V.Count];
        V.Store(vector, lanes);
        return lanes[0];
    }

    private static Matrix Fill(Matrix matrix, Random random)
    {
        for (int row = 0; row < matrix.Rows; row++)
        {
            for (int column = 0; column < matrix.Columns; column++)
                matrix[row][column] = (float)(2 * random.NextDouble() - 1);
        }

        return matrix;
    }
}

[TestClass]
internal sealed class KernelTests4 : KernelTests<Floats4>;

[TestClass]
internal sealed class KernelTests8 : KernelTests<Floats8>;

[TestClass]
internal sealed class KernelTests16 : KernelTests<Floats16>;
