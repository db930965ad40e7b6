using NGram.ML.Models.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.ML.Models;

/// <summary>A TorchSharp module of the caller's, for a vocabulary and a context window.</summary>
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
        using var model = new ModuleModel(create());
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

    /// <summary>A buffer is not a parameter.</summary>
    internal override bool Uses(string name) => trained.Contains(name);

    /// <summary>The module within, as its state_dict's names say: one table row for each.</summary>
    internal override string BlockOf(string parameter) =>
        parameter.LastIndexOf('.') is > 0 and var end ? parameter[..end] : parameter;

    /// <inheritdoc/>
    internal override NextTokenModel CreateModel() => new ModuleModel(create());

    /// <summary>The caller's module as a next-token model; its tensors have the names of its own state_dict.</summary>
    private sealed class ModuleModel : NextTokenModel
    {
        private readonly nn.Module<Tensor, Tensor> module;

        /// <summary>Takes the module over and disposes it.</summary>
        public ModuleModel(nn.Module<Tensor, Tensor> module) : base(nameof(ModuleModel))
        {
            this.module = module;
            RegisterComponents();
        }

        /// <summary>Names of the parameters, without the buffers.</summary>
        public IEnumerable<string> TrainedNames => module.named_parameters().Select(p => p.name);

        /// <summary>int64 [B, T] to [B, T, N].</summary>
        public override Tensor forward(Tensor input) => module.call(input);

        // Buffers too: a model made anew from its parameters must compute the same.
        protected override IEnumerable<(string Name, Tensor Value)> NamedTensors(Func<Parameter, Tensor> of) =>
            from tensor in module.state_dict()
            select (tensor.Key, tensor.Value is Parameter parameter ? of(parameter) : tensor.Value);
    }
}
