using System.Globalization;
using System.Runtime.InteropServices;

namespace NGram.Data.Safetensors;

/// <summary>A tensor as a .safetensors file holds it: little-endian, row-major.</summary>
/// <param name="DataType">
/// The format's name of the element type: F64, F32, F16, BF16, BOOL, U8, I8, U16, I16, U32, I32, U64, I64, F8_E4M3 or F8_E5M2.
/// </param>
/// <param name="Shape">Sizes of the dimensions; empty for a scalar.</param>
/// <param name="Data">The elements' bytes: product(Shape) times the element's size.</param>
/// <exception cref="ArgumentException">
/// The data type is unknown, a size is negative, or the bytes are not what the shape asks for.
/// </exception>
internal sealed record SafetensorsTensor(string DataType, long[] Shape, ReadOnlyMemory<byte> Data)
{
    /// <summary>Sizes of the dimensions; empty for a scalar.</summary>
    public long[] Shape { get; } = CheckedShape(DataType, Shape, Data.Length);

    /// <summary>The format's name of the element type.</summary>
    public string DataType { get; } = DataType;

    /// <summary>The elements' bytes.</summary>
    public ReadOnlyMemory<byte> Data { get; } = Data;

    /// <summary>A tensor of float32: <paramref name="values"/> rounded to single precision.</summary>
    public static SafetensorsTensor FromSingles(long[] shape, ReadOnlySpan<double> values)
    {
        byte[] bytes = new byte[checked(values.Length * sizeof(float))];
        var singles = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        for (int i = 0; i < values.Length; i++)
            singles[i] = (float)values[i];
        return new("F32", shape, bytes);
    }

    /// <summary>A tensor of float64.</summary>
    public static SafetensorsTensor FromDoubles(long[] shape, ReadOnlySpan<double> values) =>
        new("F64", shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>A tensor of booleans, a byte each.</summary>
    public static SafetensorsTensor FromBooleans(long[] shape, ReadOnlySpan<bool> values) =>
        new("BOOL", shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>
    /// The elements of a floating-point tensor (F64, F32, F16, BF16) in double precision, which holds them without loss.
    /// </summary>
    /// <exception cref="InvalidDataException">The tensor is of another type, or too long for an array.</exception>
    public double[] ToDoubles()
    {
        var bytes = Data.Span;
        return DataType switch
        {
            "F64" => MemoryMarshal.Cast<byte, double>(bytes).ToArray(),
            "F32" => Convert<float>(bytes, x => x),
            "F16" => Convert<Half>(bytes, x => (double)x),
            "BF16" => Convert<ushort>(bytes, x => BitConverter.Int32BitsToSingle(x << 16)),
            _ => throw new InvalidDataException(
                $"A tensor of data type {DataType} holds no floating-point numbers; F64, F32, F16 or BF16 is needed."),
        };
    }

    /// <summary>Bytes of an element, 0 for an unknown data type.</summary>
    internal static int ElementSize(string dataType) => dataType switch
    {
        "BOOL" or "U8" or "I8" or "F8_E4M3" or "F8_E5M2" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" => 8,
        _ => 0,
    };

    /// <summary>Says what is wrong with a shape for so many bytes, or null.</summary>
    internal static string? Fault(string dataType, ReadOnlySpan<long> shape, long bytes)
    {
        var size = (Int128)ElementSize(dataType);
        if (size == 0)
            return $"has the unknown data type '{dataType}'";
        bool empty = false;
        foreach (long dimension in shape)
        {
            if (dimension < 0)
                return "has a negative dimension";
            empty |= dimension == 0;
        }
        foreach (long dimension in shape)
        {
            // Past the largest file there is no need to go on, and the product can't overflow.
            if (!empty && size <= long.MaxValue)
                size *= dimension;
        }
        return (empty ? 0 : size) == bytes
            ? null
            : $"has {bytes.ToString(CultureInfo.InvariantCulture)} bytes, "
                + $"which is not what its shape [{string.Join(", ", shape.ToArray())}] of {dataType} takes";
    }

    private static long[] CheckedShape(string dataType, long[] shape, long bytes)
    {
        ArgumentNullException.ThrowIfNull(dataType);
        ArgumentNullException.ThrowIfNull(shape);
        return Fault(dataType, shape, bytes) is { } fault
            ? throw new ArgumentException($"The tensor {fault}.", nameof(shape))
            : shape;
    }

    private static double[] Convert<T>(ReadOnlySpan<byte> bytes, Func<T, double> convert) where T : unmanaged
    {
        var values = MemoryMarshal.Cast<byte, T>(bytes);
        double[] result = new double[values.Length];
        for (int i = 0; i < result.Length; i++)
            result[i] = convert(values[i]);
        return result;
    }
}
