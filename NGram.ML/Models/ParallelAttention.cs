using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.ML.Models;

/// <summary>
/// A layer's causal attention: the sum of P modules, each torch's MultiheadAttention(d_head, sub-heads), computed at once on
/// stacked parameters.
/// </summary>
internal sealed class ParallelAttention : nn.Module<Tensor, int, Tensor>
{
    private readonly Parameter inProjection;  // [P, 3 d_head, in], rows of a module: query, key, value
    private readonly Parameter outProjection; // [in, P, d_head]
    private readonly long parallel, headDimension, subHeads;

    public ParallelAttention(TransformerArchitecture architecture) : base(nameof(ParallelAttention))
    {
        var options = architecture.Options;
        (parallel, headDimension, subHeads) = (options.Heads, options.HeadDimension, options.SubHeads);
        long input = architecture.AttentionInputDimension;
        inProjection = NextTokenModel.Empty(options.Precision, parallel, 3 * headDimension, input);
        outProjection = NextTokenModel.Empty(options.Precision, input, parallel, headDimension);
        RegisterComponents();
    }

    /// <summary>Outputs at the positions from <paramref name="first"/> on: c [B, T, in] to [B, T - first, in].</summary>
    public override Tensor forward(Tensor c, int first)
    {
        using var scope = NewDisposeScope();
        long batch = c.shape[0], length = c.shape[1], input = c.shape[2];
        long heads = parallel * subHeads, width = headDimension / subHeads;

        var query = Projected(c.slice(1, first, length, 1), 0, 1)[0]; // [B, heads, T - first, width]
        var keyValue = Projected(c, 1, 2); // 2 x [B, heads, T, width]
        var scores = matmul(query * (1 / Math.Sqrt(width)), keyValue[0].transpose(2, 3)); // [B, heads, T - first, T]
        if (length - first > 1)
            scores = scores + FutureMask(length, first, scores.dtype);
        var mixed = matmul(nn.functional.softmax(scores, 3), keyValue[1]) // [B, heads, T - first, width]
            .transpose(1, 2).reshape(batch, length - first, parallel * headDimension);
        return matmul(mixed, outProjection.reshape(input, -1).t()).MoveToOuterDisposeScope();

        Tensor[] Projected(Tensor x, int part, int parts)
        {
            var weight = inProjection.slice(1, part * headDimension, (part + parts) * headDimension, 1).reshape(-1, input);
            return matmul(x, weight.t())
                .reshape(batch, x.shape[1], parallel, parts, subHeads, width)
                .permute(3, 0, 2, 4, 1, 5)
                .reshape(parts, batch, heads, x.shape[1], width)
                .unbind(0);
        }
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

    // -infinity where a key is later than the query, 0 elsewhere: [T - first, T].
    private static Tensor FutureMask(long length, int first, ScalarType type) =>
        full(length - first, length, double.NegativeInfinity, dtype: type).triu(first + 1);
}
