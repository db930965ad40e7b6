using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.ML.Models;

/// <summary>A module of the caller's as a next-token model: the names of its tensors are those of its own state_dict.</summary>
internal sealed class ModuleModel : NextTokenModel
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
        module.state_dict().Select(tensor => (tensor.Key, tensor.Value is Parameter parameter ? of(parameter) : tensor.Value));
}
