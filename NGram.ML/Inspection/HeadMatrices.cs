using System.Numerics.Tensors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Inspection;

/// <summary>One attention head's part of the parameters, in double, with the shared compression multiplied in.</summary>
internal sealed class HeadMatrices
{
    private readonly double[] query, key, value; // [d_h, input]
    private readonly double[] output;            // [input, d_h]
    private readonly double[]? compress;         // [input, d]
    private readonly double[]? decompress;       // [d, input]
    private readonly int input;

    public HeadMatrices(TransformerArchitecture architecture, StateDict parameters, HeadPlace place)
    {
        Place = place;
        var options = architecture.Options;
        input = architecture.AttentionInputDimension;
        Width = options.HeadDimension / options.SubHeads;
        string name = $"attn_seq.{place.Layer}.{place.Module}.";
        double[] inputs = parameters[name + "in_proj_weight"].Values, outputs = parameters[name + "out_proj.weight"].Values;
        int block = Width * input, start = place.Head * block, next = options.HeadDimension * input;
        query = inputs[start..(start + block)];
        key = inputs[(next + start)..(next + start + block)];
        value = inputs[(2 * next + start)..(2 * next + start + block)];
        output = new double[input * Width];
        for (int i = 0; i < input; i++)
            Array.Copy(outputs, i * options.HeadDimension + place.Head * Width, output, i * Width, Width);
        if (architecture.Compresses)
        {
            compress = parameters["linear_compress.weight"].Values;
            decompress = parameters["linear_decompress.weight"].Values;
        }
    }

    /// <summary>Where the head is.</summary>
    public HeadPlace Place { get; }

    /// <summary>d_h.</summary>
    public int Width { get; }

    /// <summary>What a head reads of a vector of the residual stream, without the position.</summary>
    public double[] Read(ReadOnlySpan<double> stream) => compress is null ? stream.ToArray() : Product(compress, stream);

    /// <summary>The query of what is read, divided by the square root of d_h.</summary>
    public double[] Query(ReadOnlySpan<double> read)
    {
        double[] scaled = Product(query, read);
        TensorPrimitives.Divide(scaled, Math.Sqrt(Width), scaled);
        return scaled;
    }

    /// <summary>The key of what is read.</summary>
    public double[] Key(ReadOnlySpan<double> read) => Product(key, read);

    /// <summary>What a key with weight 1 adds to the residual stream.</summary>
    public double[] Write(ReadOnlySpan<double> read)
    {
        double[] written = Product(output, Product(value, read));
        return decompress is null ? written : Product(decompress, written);
    }

    /// <summary>A row-major matrix times a vector.</summary>
    internal static double[] Product(double[] matrix, ReadOnlySpan<double> vector)
    {
        double[] product = new double[matrix.Length / vector.Length];
        for (int i = 0; i < product.Length; i++)
            product[i] = TensorPrimitives.Dot(matrix.AsSpan(i * vector.Length, vector.Length), vector);
        return product;
    }
}
