using NGram.ML.Fused.Memory;

namespace NGram.ML.Fused.Differentiation;

/// <summary>What a piece of work reads or writes.</summary>
/// <param name="Memory">The rows and columns that it may touch.</param>
/// <param name="Writes">Whether it writes there.</param>
/// <param name="IsOwn">Whether a thread touches only its own share, as the piece divides it; otherwise any of it.</param>
internal readonly unsafe record struct Access(Matrix Memory, bool Writes, bool IsOwn)
{
    public static Access ReadsOwn(Matrix memory) => new(memory, Writes: false, IsOwn: true);

    public static Access ReadsAny(Matrix memory) => new(memory, Writes: false, IsOwn: false);

    public static Access WritesOwn(Matrix memory) => new(memory, Writes: true, IsOwn: true);

    public static Access WritesAny(Matrix memory) => new(memory, Writes: true, IsOwn: false);

    /// <summary>Whether two matrices have an element in common; of those with the same stride, the columns count, too.</summary>
    public static bool Overlap(in Matrix one, in Matrix other)
    {
        long distance = other.Data - one.Data;
        if (distance >= Floats(one) || -distance >= Floats(other))
            return false;
        if (one.Stride != other.Stride)
            return true;
        long column = (distance % one.Stride + one.Stride) % one.Stride;
        return column < Width(one) || column + Width(other) > one.Stride;
    }

    private static long Floats(in Matrix matrix) =>
        matrix.Rows == 0 ? 0 : (matrix.Rows - 1L) * matrix.Stride + Width(matrix);

    private static int Width(in Matrix matrix) => Matrix.Padded(matrix.Columns, matrix.Lanes);
}
