using static TorchSharp.torch;

namespace NGram.ML.Models;

/// <summary>A TorchSharp module of one's own, for a vocabulary and a context window.</summary>
public sealed record ModuleArchitecture : Architecture
{
    private readonly Func<nn.Module<Tensor, Tensor>> create;
    private readonly HashSet<string> trained;

    /// <summary>
    /// The architecture of the module that <paramref name="create"/> makes; takes its tensors' names and shapes.
    /// </summary>
    internal ModuleArchitecture(Func<nn.Module<Tensor, Tensor>> create)
    {
        this.create = create;
        using var model = CreateModel();
        Initial = model.GetParameters();
        trained = [.. model.TrainedNames];
        Precision = model.parameters().Any(parameter => parameter.dtype == ScalarType.Float64)
            ? ModelPrecision.Float64
            : ModelPrecision.Float32;
    }

    /// <inheritdoc/>
    public override ModelPrecision Precision { get; }

    /// <summary>The tensors of the module's state_dict: parameters and buffers.</summary>
    public override IEnumerable<(string Name, long[] Shape)> Parameters =>
        Initial.Select(tensor => (tensor.Key, tensor.Value.Shape));

    /// <summary>The values that the module was made with.</summary>
    internal StateDict Initial { get; }

    /// <summary>A new module, with values that are still to be set.</summary>
    internal ModuleModel CreateModel() => new(create());

    /// <summary>A buffer is no parameter.</summary>
    internal override bool Uses(string name) => trained.Contains(name);
}
