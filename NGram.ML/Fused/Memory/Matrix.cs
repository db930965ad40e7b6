using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Memory;

/// <summary>
/// A view of a row-major matrix in native memory. Rows are padded to whole vectors and the padding stays zero, so that kernels
/// have no tails. Views are checked when they are made; element access is not.
/// </summary>
internal readonly unsafe struct Matrix
{
    /// <summary>Floats of a cache line.</summary>
    public const int CacheLine = 16;

    public Matrix(float* data, int rows, int columns, int stride, int lanes)
    {
        Data = data;
        Rows = rows;
        Columns = columns;
        Stride = stride;
        Lanes = lanes;
    }

    public float* Data { get; }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Floats from one row to the next.</summary>
    public int Stride { get; }

    /// <summary>Width, in floats, of the vectors that rows are padded to.</summary>
    public int Lanes { get; }

    public float* this[int row]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Data + (nint)row * Stride;
    }

    /// <summary>A number of floats, rounded up to whole vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Padded(int count, int lanes) => (count + lanes - 1) / lanes * lanes;

    /// <summary>The same memory for vectors of another width; its rows must have room for whole ones.</summary>
    public Matrix InLanes(int lanes)
    {
        Shape.Require(Padded(Columns, lanes) <= Stride);
        return new Matrix(Data, Rows, Columns, Stride, lanes);
    }

    /// <summary>Rows start to start + count - 1.</summary>
    public Matrix RowRange(int start, int count)
    {
        if (start < 0 || count < 0 || start > Rows - count)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start),
                $"Rows {start} to {start + count - 1} are not all among {Rows}.");
        }

        return new Matrix(this[start], count, Columns, Stride, Lanes);
    }

    /// <summary>Columns start to start + count - 1; start is a whole number of vectors.</summary>
    public Matrix ColumnRange(int start, int count)
    {
        if (start < 0 || count < 0 || start > Stride - Padded(count, Lanes) || start % Lanes != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start),
                $"Columns {start} to {start + count - 1} are not whole vectors among {Stride}.");
        }

        return new Matrix(Data + start, Rows, count, Stride, Lanes);
    }

    /// <summary>Sets every element to zero.</summary>
    public void Clear()
    {
        int width = Padded(Columns, Lanes);
        if (width == Stride)
        {
            NativeMemory.Clear(Data, (nuint)Rows * (nuint)Stride * sizeof(float));
        }
        else
        {
            for (int row = 0; row < Rows; row++)
                NativeMemory.Clear(this[row], (nuint)width * sizeof(float));
        }
    }

    /// <summary>Sets a part of the elements to zero, where there are no gaps between rows.</summary>
    public void Clear(Part part)
    {
        Shape.Require(Padded(Columns, Lanes) == Stride);
        var (start, count) = part.Of((long)Rows * Stride, CacheLine);
        NativeMemory.Clear(Data + start, (nuint)count * sizeof(float));
    }

    /// <summary>Copies a matrix of equal shape and stride.</summary>
    public void CopyFrom(Matrix source)
    {
        Shape.Require(source.Rows == Rows && source.Stride == Stride);
        nuint bytes = (nuint)Rows * (nuint)Stride * sizeof(float);
        NativeMemory.Copy(source.Data, Data, bytes);
    }
}
