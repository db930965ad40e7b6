using System.Text;
using NGram.Data.Randomness;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Models;

/// <summary>
/// Initial weights as PyTorch's defaults give them in the original: every matrix U(+-1/sqrt(columns)), embeddings too since they
/// are Linears there; a bias U(+-1/sqrt(columns of its matrix)); in_proj_weight Xavier uniform, U(+-sqrt(6/(rows + columns))).
/// </summary>
internal static class Initialization
{
    /// <summary>
    /// The initial weights of a seed. Every tensor has a stream of its own, so that it does not depend on the others.
    /// </summary>
    /// <returns>Values that the architecture's precision holds exactly.</returns>
    public static StateDict Create(Architecture architecture, int seed)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var shapes = architecture.Parameters.ToDictionary(p => p.Name, p => p.Shape);
        var weights = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
        {
            double limit = Limit(name, shapes);
            double[] values = new double[(long)TensorShape.Count(shape)];
            var random = new CounterRandom(Key(seed, name));
            for (long i = 0; i < values.LongLength; i++)
            {
                double value = limit * (2 * random.NextDouble() - 1);
                values[i] = architecture.Precision == ModelPrecision.Float32 ? (float)value : value;
            }
            weights.Add(name, new ParameterTensor(shape, values));
        }
        return weights;
    }

    private static double Limit(string name, Dictionary<string, long[]> shapes)
    {
        const string bias = ".bias";
        long[] shape = name.EndsWith(bias, StringComparison.Ordinal) ? shapes[name[..^bias.Length] + ".weight"] : shapes[name];
        return name.EndsWith("in_proj_weight", StringComparison.Ordinal)
            ? Math.Sqrt(6.0 / (shape[0] + shape[1]))
            : 1 / Math.Sqrt(shape[1]);
    }

    // Hashed by 64-bit FNV-1a: string.GetHashCode differs from process to process.
    private static ulong Key(int seed, string name)
    {
        ulong hash = Encoding
            .UTF8.GetBytes(name)
            .Aggregate(14695981039346656037UL, (hash, b) => unchecked((hash ^ b) * 1099511628211));
        return CounterRandom.Mix(hash ^ CounterRandom.Mix((uint)seed));
    }
}
