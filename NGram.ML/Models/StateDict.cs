using System.Diagnostics.CodeAnalysis;

namespace NGram.ML.Models;

/// <summary>
/// Parameters by PyTorch's state_dict names: the form in which weights pass between initialisation, the training
/// engines, the TorchSharp modules and files.
/// </summary>
[SuppressMessage("Naming", "CA1710:Identifiers should have correct suffix", Justification = "PyTorch's name for it.")]
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix", Justification = "PyTorch's name for it.")]
public sealed class StateDict : OrderedDictionary<string, ParameterTensor>
{
    /// <summary>An empty one, with ordinal names.</summary>
    public StateDict() : base(StringComparer.Ordinal)
    {
    }

    /// <summary>Whether every value is a finite number.</summary>
    public bool IsFinite => Values.All(parameter => Array.TrueForAll(parameter.Values, double.IsFinite));
}
