using NGram.Data.Checks;
using NGram.ML.Models;

namespace NGram.ML.Constructions.Systems;

/// <summary>What the random heads of a construction require of an architecture.</summary>
internal static class OneLayer
{
    /// <summary>Requires one layer, whose heads read the residual stream itself, and d of at least 2.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and what is allowed.</exception>
    public static void Check(TransformerArchitecture architecture)
    {
        var options = architecture.Options;
        Require.That(
            options.Layers == 1, nameof(options.Layers), options.Layers, "1: the construction has one layer");
        Require.AtLeast(options.EmbeddingDimension, 2, nameof(options.EmbeddingDimension));
        Require.That(
            !architecture.Compresses,
            nameof(options.Projections),
            options.Projections,
            $"{nameof(Projections.PerHead)}, or the head dimension that of the embedding");
    }
}
