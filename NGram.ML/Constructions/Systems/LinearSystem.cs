using NGram.ML.Models.Layers;
using NGram.ML.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace NGram.ML.Constructions.Systems;

/// <summary>
/// The least-norm solution of A X = Y in double, with no more equations than unknowns: by QR of A's transpose, or by singular
/// values where the equations are dependent.
/// </summary>
internal sealed class LinearSystem : IDisposable
{
    // After this many products, power iteration is off by a few per cent at most; they are cheap compared with the factorisation.
    private const int Iterations = 60;

    // Beyond this the smallest singular value is rounding error.
    private const double LargestCondition = 1e14;

    private readonly Tensor matrix, q, r; // [equations, unknowns], [unknowns, equations], [equations, equations]

    /// <param name="values">A, [equations, unknowns] row-major.</param>
    /// <param name="equations">At most the number of unknowns.</param>
    public LinearSystem(double[] values, int equations)
    {
        TorchLibrary.Load();
        using var scope = NewDisposeScope();
        matrix = tensor(values, equations, values.Length / equations).MoveToOuterDisposeScope();
        (q, r) = linalg.qr(matrix.t());
        q.MoveToOuterDisposeScope();
        r.MoveToOuterDisposeScope();
        double smallest = 1 / Norm(v => Solve(Solve(v, transposed: true), transposed: false));
        ConditionNumber = Norm(v => r.t().mv(r.mv(v))) / smallest;
        if (!(ConditionNumber < LargestCondition))
            ConditionNumber = double.PositiveInfinity;
    }

    /// <summary>
    /// The largest singular value divided by the smallest, to a few per cent; infinite where the rank is not full.
    /// </summary>
    public double ConditionNumber { get; }

    /// <summary>
    /// X, [unknowns, columns of Y] row-major, with the rank of A and the condition number of the system solved.
    /// </summary>
    /// <param name="targets">Y, [equations, columns] row-major.</param>
    public (double[] Values, int Rank, double ConditionNumber) Solve(double[] targets)
    {
        using var scope = NewDisposeScope();
        long equations = matrix.shape[0];
        var y = tensor(targets, equations, targets.Length / equations);
        if (double.IsFinite(ConditionNumber))
            return (ToArray(q.mm(linalg.solve_triangular(r.t(), y, upper: false))), (int)equations, ConditionNumber);
        var (u, s, v) = linalg.svd(matrix, fullMatrices: false);
        double[] values = ToArray(s);
        int rank = values.Count(value => value > values[0] / LargestCondition);
        var scaled = u.slice(1, 0, rank, 1).t().mm(y) / s.slice(0, 0, rank, 1).unsqueeze(1);
        return (ToArray(v.slice(0, 0, rank, 1).t().mm(scaled)), rank, values[0] / values[rank - 1]);
    }

    /// <summary>The inverse of a square matrix, [size, size] row-major.</summary>
    public static double[] Inverse(double[] values, int size)
    {
        TorchLibrary.Load();
        using var scope = NewDisposeScope();
        return ToArray(linalg.inv(tensor(values, size, size)));
    }

    /// <summary>
    /// The projector onto the complement of the rows' span, [columns, columns] row-major; zeros where they span everything.
    /// </summary>
    /// <param name="rows">Row-major.</param>
    /// <param name="columns">Length of a row.</param>
    public static double[] Complement(double[] rows, int columns)
    {
        TorchLibrary.Load();
        using var scope = NewDisposeScope();
        var matrix = tensor(rows, rows.Length / columns, columns);
        return ToArray(eye(columns, dtype: float64).Plus(linalg.pinv(matrix).mm(matrix).neg()));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        matrix.Dispose();
        q.Dispose();
        r.Dispose();
    }

    // The root of the largest eigenvalue of a symmetric product.
    private double Norm(Func<Tensor, Tensor> product)
    {
        using var scope = NewDisposeScope();
        using Scalar root = Math.Sqrt(r.shape[0]); // kept while libtorch reads it
        var vector = ones(r.shape[0], dtype: float64) / root;
        double norm = 0;
        for (int i = 0; i < Iterations; i++)
        {
            vector = product(vector);
            norm = vector.norm().item<double>();
            using Scalar length = norm;
            vector = vector / length;
        }
        return Math.Sqrt(norm);
    }

    private Tensor Solve(Tensor vector, bool transposed) =>
        linalg.solve_triangular(transposed ? r.t() : r, vector.unsqueeze(1), upper: !transposed).squeeze(1);

    private static double[] ToArray(Tensor tensor) => tensor.contiguous().data<double>().ToArray();
}
