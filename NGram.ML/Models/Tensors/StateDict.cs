using System.Diagnostics.CodeAnalysis;

namespace NGram.ML.Models.Tensors;

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

    /// <summary>Requires these names and shapes, and no others.</summary>
    /// <exception cref="ArgumentException">Names the first tensor that is missing, surplus or of another shape.</exception>
    internal void RequireSame(IEnumerable<(string Name, long[] Shape)> expected)
    {
        var surplus = Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, shape) in expected)
        {
            string text = TensorShape.Text(shape);
            if (!TryGetValue(name, out var tensor))
                throw new ArgumentException($"The tensor {name} of shape {text} is missing.");
            if (!shape.AsSpan().SequenceEqual(tensor.Shape))
            {
                throw new ArgumentException(
                    $"The tensor {name} has the shape {TensorShape.Text(tensor.Shape)}; it must be {text}.");
            }

            if (tensor.Values.LongLength != TensorShape.Count(shape))
                throw new ArgumentException($"The tensor {name} of shape {text} has {tensor.Values.LongLength} values.");
            surplus.Remove(name);
        }
        if (Keys.FirstOrDefault(surplus.Contains) is { } more)
        {
            throw new ArgumentException(
                $"The tensor {more} of shape {TensorShape.Text(this[more].Shape)} is not one of this architecture's.");
        }
    }
}
