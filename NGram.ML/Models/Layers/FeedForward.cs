using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.ML.Models.Layers;

/// <summary>The MLP of a layer: hidden layers Linear with bias and GELU (exact), then a Linear without bias.</summary>
internal sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    private readonly ParameterList weights = new(); // [width, d], [width, width], ..., [d, width]
    private readonly ParameterList biases = new();  // [width], ...

    /// <summary>A layer's MLP.</summary>
    /// <param name="parameter">Makes a parameter of a shape.</param>
    /// <param name="d">Dimension of what it reads and gives.</param>
    /// <param name="width">Dimension of its hidden layers.</param>
    /// <param name="depth">Number of its hidden layers.</param>
    public FeedForward(Func<long[], Parameter> parameter, long d, long width, int depth) : base(nameof(FeedForward))
    {
        for (int hidden = 0; hidden < depth; hidden++)
        {
            weights.Add(parameter([width, hidden == 0 ? d : width]));
            biases.Add(parameter([width]));
        }
        weights.Add(parameter([d, width]));
        RegisterComponents();
    }

    /// <summary>[..., d] to [..., d].</summary>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        for (int hidden = 0; hidden < biases.Count; hidden++)
            x = nn.functional.gelu(nn.functional.linear(x, weights[hidden], biases[hidden]));
        return nn.functional.linear(x, weights[biases.Count]).MoveToOuterDisposeScope();
    }

    /// <summary>PyTorch's names within the layer; a GELU takes a number of its own.</summary>
    public IEnumerable<(string Name, Tensor Value)> NamedTensors(Func<Parameter, Tensor> of)
    {
        for (int i = 0; i < weights.Count; i++)
        {
            yield return ($"{2 * i}.weight", of(weights[i]));
            if (i < biases.Count)
                yield return ($"{2 * i}.bias", of(biases[i]));
        }
    }
}
