using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Experiments;
using NGram.ML.Models;

namespace NGram.Cli.Flags;

/// <summary>The transformer's architecture.</summary>
internal sealed class ModelFlags : FlagGroup
{
    private readonly Option<int> embeddingDimension;
    private readonly Option<int> headDimension;
    private readonly Option<int> heads;
    private readonly Option<int> subHeads;
    private readonly Option<int> layers;
    private readonly Option<int> mlpWidth;
    private readonly Option<int> mlpDepth;
    private readonly Option<Projections> projections;
    private readonly Option<ModelPrecision> precision;
    private readonly Option<string?>? initialWeights;

    /// <param name="trains">Whether the command trains the model, and so may start from weights.</param>
    /// <param name="defaults">What is not given.</param>
    public ModelFlags(bool trains, TransformerOptions defaults) : base("Model")
    {
        embeddingDimension = Add(
            Flag.Integer("--embedding-dimension", "d: dimension of the residual stream.", defaults.EmbeddingDimension));
        headDimension = Add(
            Flag.Integer("--head-dimension", "Dimension of a parallel attention module.", defaults.HeadDimension));
        heads = Add(Flag.Integer("--heads", "Parallel attention modules of a layer.", defaults.Heads));
        subHeads = Add(Flag.Integer("--sub-heads", "Heads that share a module's dimension; must divide it.", defaults.SubHeads));
        layers = Add(Flag.Integer("--layers", "Number of layers.", defaults.Layers));
        mlpWidth = Add(
            Flag.Integer("--mlp-width", "Hidden width of the MLP after the attention; 0: attention only.", defaults.MlpWidth));
        mlpDepth = Add(Flag.Integer("--mlp-depth", "Hidden layers of the MLP.", defaults.MlpDepth));
        projections = Add(
            Flag.Choice(
                "--projections",
                "One pair of projections for all heads, as in the original code, or one for each, as in the paper.",
                defaults.Projections,
                ("shared", Projections.Shared),
                ("per-head", Projections.PerHead)));
        precision = Add(
            Flag.Choice(
                "--precision",
                "Floating-point type.",
                defaults.Precision,
                ("float32", ModelPrecision.Float32),
                ("float64", ModelPrecision.Float64)));
        if (!trains)
            return;
        initialWeights = Add(
            Flag.Path(
                "--initial-weights",
                "A saved model of this architecture to start from: a .safetensors file beside its .json, a run folder or a "
                + "model.zip. "
                + "[default: drawn from --initial-seed]",
                "FILE"));
    }

    /// <summary>Refuses every flag but the precision.</summary>
    /// <exception cref="UsageException">One is given.</exception>
    public void RefuseSizes(ParseResult parse, string reason) =>
        Refuse(parse, reason, [.. Options.Where(option => option != precision)]);

    /// <summary>The settings with the model of the command line.</summary>
    /// <exception cref="UsageException">A value is out of range.</exception>
    public ExperimentSettings Bind(ExperimentSettings settings, ParseResult parse)
    {
        var model = new TransformerOptions
        {
            EmbeddingDimension = parse.GetValue(embeddingDimension),
            HeadDimension = parse.GetValue(headDimension),
            Heads = parse.GetValue(heads),
            SubHeads = parse.GetValue(subHeads),
            Layers = parse.GetValue(layers),
            MlpWidth = parse.GetValue(mlpWidth),
            MlpDepth = parse.GetValue(mlpDepth),
            Projections = parse.GetValue(projections),
            Precision = parse.GetValue(precision),
        };
        Check(model.Validate);
        string? weights = initialWeights is null ? null : parse.GetValue(initialWeights);
        if (weights is not null && !Path.Exists(weights))
            throw new UsageException($"{initialWeights!.Name} is {weights}; there is no such file or folder.");
        return settings with { Model = model, InitialWeights = weights is null ? null : Path.GetFullPath(weights) };
    }
}
