using System.Text.Json.Serialization;
using NGram.Data.Checks;

namespace NGram.ML.Models;

/// <summary>Architecture of a transformer without normalisation; the defaults are the notebook's attention-only one.</summary>
public sealed record TransformerOptions
{
    /// <summary>Largest dimension, width and number of heads.</summary>
    public const int LargestDimension = 65536;

    /// <summary>Largest number of layers, of the model and of its MLPs.</summary>
    public const int LargestDepth = 1024;

    /// <summary>d: dimension of the residual stream. At least 1.</summary>
    public int EmbeddingDimension { get; init; } = 10;

    /// <summary>Dimension of a parallel attention module; a multiple of <see cref="SubHeads"/>.</summary>
    public int HeadDimension { get; init; } = 8;

    /// <summary>Parallel attention modules of a layer, whose outputs are summed. At least 1.</summary>
    public int Heads { get; init; } = 22;

    /// <summary>Heads that share a module's dimension, so that each has HeadDimension / SubHeads. At least 1.</summary>
    public int SubHeads { get; init; } = 1;

    /// <summary>Number of layers. At least 1.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Hidden width of the MLP after the attention; 0 is attention-only.</summary>
    public int MlpWidth { get; init; }

    /// <summary>Hidden layers of the MLP; 0 is attention-only.</summary>
    public int MlpDepth { get; init; } = 1;

    /// <summary>Shared or per-head projections.</summary>
    public Projections Projections { get; init; } = Projections.Shared;

    /// <summary>Floating-point type.</summary>
    public ModelPrecision Precision { get; init; } = ModelPrecision.Float32;

    /// <summary>Whether an MLP follows the attention.</summary>
    [JsonIgnore]
    public bool HasMlp => MlpWidth > 0 && MlpDepth > 0;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        Require.AtLeast(EmbeddingDimension, 1, nameof(EmbeddingDimension));
        Require.AtLeast(HeadDimension, 1, nameof(HeadDimension));
        Require.AtLeast(Heads, 1, nameof(Heads));
        Require.AtLeast(SubHeads, 1, nameof(SubHeads));
        Require.AtLeast(Layers, 1, nameof(Layers));
        Require.AtLeast(MlpWidth, 0, nameof(MlpWidth));
        Require.AtLeast(MlpDepth, 0, nameof(MlpDepth));
        Require.AtMost(EmbeddingDimension, LargestDimension, nameof(EmbeddingDimension));
        Require.AtMost(HeadDimension, LargestDimension, nameof(HeadDimension));
        Require.AtMost(Heads, LargestDimension, nameof(Heads));
        Require.AtMost(Layers, LargestDepth, nameof(Layers));
        Require.AtMost(MlpWidth, LargestDimension, nameof(MlpWidth));
        Require.AtMost(MlpDepth, LargestDepth, nameof(MlpDepth));
        Require.Named(Projections, nameof(Projections));
        Require.Named(Precision, nameof(Precision));
        Require.That(
            HeadDimension % SubHeads == 0,
            nameof(HeadDimension),
            HeadDimension,
            FormattableString.Invariant($"a multiple of {{1}} ({SubHeads})"),
            nameof(SubHeads));
    }
}
