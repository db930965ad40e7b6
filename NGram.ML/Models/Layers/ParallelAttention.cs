using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.ML.Models.Layers;

/// <summary>
/// A layer's causal attention: the sum of P modules, each torch's MultiheadAttention(d_head, sub-heads), computed at once on
/// stacked parameters.
/// </summary>
internal sealed class ParallelAttention : nn.Module<Tensor, int, Tensor>
{
    /// <summary>The longest prompts whose scores are element by element, without a matrix product a head and sequence.</summary>
    internal const int LongestElementwise = 8;

    private readonly Parameter inProjection;  // [P, 3 d_head, in], rows of a module: query, key, value
    private readonly Parameter outProjection; // [in, P, d_head]
    private readonly long parallel, headDimension, subHeads;
    private readonly Scalar scale; // kept: nothing would refer to a temporary one while libtorch reads it

    /// <summary>A layer's attention.</summary>
    /// <param name="parameter">Makes a parameter of a shape.</param>
    /// <param name="parallel">P: its modules.</param>
    /// <param name="headDimension">d_head: dimension of a module.</param>
    /// <param name="subHeads">Heads that share a module's dimension.</param>
    /// <param name="input">Dimension of what it reads and gives.</param>
    public ParallelAttention(Func<long[], Parameter> parameter, long parallel, long headDimension, long subHeads, long input)
        : base(nameof(ParallelAttention))
    {
        (this.parallel, this.headDimension, this.subHeads) = (parallel, headDimension, subHeads);
        scale = 1 / Math.Sqrt(headDimension / subHeads);
        inProjection = parameter([parallel, 3 * headDimension, input]);
        outProjection = parameter([input, parallel, headDimension]);
        RegisterComponents();
    }

    /// <summary>Outputs at the positions from <paramref name="first"/> on: c [B, T, in] to [B, T - first, in].</summary>
    public override Tensor forward(Tensor c, int first)
    {
        using var scope = NewDisposeScope();
        long batch = c.shape[0], length = c.shape[1], input = c.shape[2];
        long heads = parallel * subHeads, width = headDimension / subHeads;

        var query = Projected(c.slice(1, first, length, 1), 0) * scale; // [B, T - first, heads, width]
        var key = Projected(c, 1);   // [B, T, heads, width]
        var value = Projected(c, 2); // [B, T, heads, width]
        var mixed = length <= LongestElementwise ? Elementwise(query, key, value) : Products(query, key, value);
        return nn.functional.linear(mixed.reshape(batch, length - first, -1), outProjection.reshape(input, -1))
            .MoveToOuterDisposeScope();

        Tensor Projected(Tensor x, int part) =>
            nn.functional.linear(x, inProjection.slice(1, part * headDimension, (part + 1) * headDimension, 1).reshape(-1, input))
                .reshape(batch, x.shape[1], heads, width);
    }

    /// <summary>
    /// The same where what is read is the sum of a token's row and a position's, as in the first layer: everything linear is done
    /// once for every token at every position, and looked up. Values are projected out before they are mixed.
    /// </summary>
    /// <param name="words">[N, in].</param>
    /// <param name="positions">[T, in].</param>
    /// <param name="tokens">int64 [B, T].</param>
    /// <param name="first">The first position of the output.</param>
    /// <returns>[B, T - first, in].</returns>
    public Tensor ForwardByTables(Tensor words, Tensor positions, Tensor tokens, int first)
    {
        using var scope = NewDisposeScope();
        long batch = tokens.shape[0], length = tokens.shape[1], count = words.shape[0], input = words.shape[1];
        long heads = parallel * subHeads, width = headDimension / subHeads;
        var rows = words.unsqueeze(0).Plus(positions.unsqueeze(1)).reshape(length * count, input); // of (position, token)
        using Scalar start = 0, stop = length * count, step = count; // as scale: kept while libtorch reads them
        var places = tokens.Plus(arange(start, stop, step, dtype: ScalarType.Int64));

        var query = Looked(Table(0), places.slice(1, first, length, 1)).reshape(batch, length - first, heads, width) * scale;
        var key = Looked(Table(1), places).reshape(batch, length, heads, width);
        var output = outProjection.reshape(input, heads, width).permute(1, 2, 0); // [heads, width, in]
        var values = matmul(Table(2).reshape(-1, heads, width).transpose(0, 1), output).transpose(0, 1);
        var value = Looked(values.reshape(length * count, heads * input), places).reshape(batch, length * heads, input);

        var scores = (query.unsqueeze(2) * key.unsqueeze(1)).sum(-1); // [B, T - first, T, heads]
        var weights = nn.functional.softmax(scores.Plus(FutureMask(query, key).unsqueeze(-1)), 2);
        return matmul(weights.reshape(batch, length - first, length * heads), value).MoveToOuterDisposeScope();

        Tensor Table(int part) => nn.functional.linear(
            rows, inProjection.slice(1, part * headDimension, (part + 1) * headDimension, 1).reshape(-1, input));
        static Tensor Looked(Tensor table, Tensor indices) => table.index_select(0, indices.reshape(-1));
    }

    // Short prompts are faster without a matrix product per head and sequence, and without copies for one.
    private static Tensor Elementwise(Tensor query, Tensor key, Tensor value)
    {
        var scores = (query.unsqueeze(2) * key.unsqueeze(1)).sum(-1); // [B, T - first, T, heads]
        var weights = nn.functional.softmax(scores.Plus(FutureMask(query, key).unsqueeze(-1)), 2);
        return (weights.unsqueeze(-1) * value.unsqueeze(1)).sum(2); // [B, T - first, heads, width]
    }

    private static Tensor Products(Tensor query, Tensor key, Tensor value)
    {
        var scores = matmul(query.transpose(1, 2), key.permute(0, 2, 3, 1)); // [B, heads, T - first, T]
        var weights = nn.functional.softmax(scores.Plus(FutureMask(query, key)), 3);
        return matmul(weights, value.transpose(1, 2)).transpose(1, 2); // [B, T - first, heads, width]
    }

    // -infinity where a key is later than the query, 0 elsewhere: [T - first, T].
    private static Tensor FutureMask(Tensor query, Tensor key)
    {
        long queries = query.shape[1], length = key.shape[1];
        return full(queries, length, Numbers.NegativeInfinity, dtype: query.dtype).triu(length - queries + 1);
    }

    /// <summary>PyTorch's names within the layer.</summary>
    public IEnumerable<(string Name, Tensor Value)> NamedTensors(Func<Parameter, Tensor> of)
    {
        for (int module = 0; module < parallel; module++)
        {
            yield return ($"{module}.in_proj_weight", of(inProjection).select(0, module));
            yield return ($"{module}.out_proj.weight", of(outProjection).select(1, module));
        }
    }

    private static class Numbers
    {
        public static readonly Scalar NegativeInfinity = double.NegativeInfinity;
    }
}
