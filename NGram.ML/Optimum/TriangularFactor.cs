namespace NGram.ML.Optimum;

/// <summary>
/// The Cholesky factor L of a small symmetric matrix A = L L^T, [size, size] row-major; only the lower half is read.
/// </summary>
internal static class TriangularFactor
{
    // Replaces a pivot that rounding has made meaningless.
    private const double LeastPivot = 1e-300;

    /// <summary>Replaces A by L.</summary>
    public static void Create(Span<double> matrix, int size)
    {
        for (int row = 0; row < size; row++)
        {
            for (int column = 0; column <= row; column++)
            {
                double sum = matrix[row * size + column];
                for (int k = 0; k < column; k++)
                    sum -= matrix[row * size + k] * matrix[column * size + k];
                matrix[row * size + column] =
                    row == column ? Math.Sqrt(Math.Max(sum, LeastPivot)) : sum / matrix[column * size + column];
            }
        }
    }

    /// <summary>Replaces a vector v by L^-1 v.</summary>
    public static void Solve(ReadOnlySpan<double> factor, Span<double> vector)
    {
        for (int row = 0; row < vector.Length; row++)
        {
            for (int k = 0; k < row; k++)
                vector[row] -= factor[row * vector.Length + k] * vector[k];
            vector[row] /= factor[row * vector.Length + row];
        }
    }

    /// <summary>Replaces a vector v by L^-T v.</summary>
    public static void SolveTransposed(ReadOnlySpan<double> factor, Span<double> vector)
    {
        for (int row = vector.Length - 1; row >= 0; row--)
        {
            for (int k = row + 1; k < vector.Length; k++)
                vector[row] -= factor[k * vector.Length + row] * vector[k];
            vector[row] /= factor[row * vector.Length + row];
        }
    }
}
