
namespace NGram.ML.Models;

/// <summary>Strict comparison of the parameters at hand with those that are expected.</summary>
internal static class ParameterCheck
{
    /// <summary>Requires the same names and the same shapes.</summary>
    /// <exception cref="ArgumentException">Names the first tensor that is missing, surplus or of another shape.</exception>
    public static void RequireSame(IEnumerable<(string Name, long[] Shape)> expected, StateDict given)
    {
        var surplus = given.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, shape) in expected)
        {
            if (!given.TryGetValue(name, out var tensor))
                throw new ArgumentException($"The tensor {name} of shape {Text(shape)} is missing.");
            if (!shape.AsSpan().SequenceEqual(tensor.Shape))
                throw new ArgumentException($"The tensor {name} has the shape {Text(tensor.Shape)}; it must be {Text(shape)}.");
            if (tensor.Values.LongLength != shape.Aggregate(1L, (product, size) => product * size))
                throw new ArgumentException($"The tensor {name} of shape {Text(shape)} has {tensor.Values.LongLength} values.");
            surplus.Remove(name);
        }
        if (given.Keys.FirstOrDefault(surplus.Contains) is { } more)
            throw new ArgumentException($"The tensor {more} of shape {Text(given[more].Shape)} is none of this architecture's.");
    }

    /// <summary>A shape as PyTorch writes it.</summary>
    public static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
