using Microsoft.ML;
using Microsoft.ML.Runtime;
using NGram.Data.Keys;
using NGram.ML.Constructions;
using NGram.ML.Models;

namespace NGram.ML.Estimators.Solved;

/// <summary>Builds a transformer that holds a law instead of training one: of the data it reads the columns alone.</summary>
public sealed class ConstructedTransformerEstimator : IEstimator<NextTokenTransformer>
{
    private readonly IHostEnvironment environment;

    internal ConstructedTransformerEstimator(IHostEnvironment environment, ConstructedTransformerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Distribution);
        options.Model.Validate();
        (this.environment, Options) = (environment, options);
    }

    /// <summary>The law, the method, the model and the columns.</summary>
    public ConstructedTransformerOptions Options { get; }

    /// <summary>Builds the weights for sequences of the data's length.</summary>
    /// <exception cref="ArgumentException">
    /// Columns are missing, of a wrong type or not of the law's tokens, or the method is not for such a law or model.
    /// </exception>
    /// <exception cref="Native.TorchLibraryException">libtorch cannot be loaded.</exception>
    public NextTokenTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        int window = KeyColumn.Find(input.Schema, Options.ContextColumnName, isVector: true).VectorSize!.Value + 1;
        using var channel = environment.Start("NGram");
        var built = Construction.Create(Options.Method, Options.Distribution, window, Options.Model, Options.Seed);
        channel.Info(
            MessageSensitivity.None,
            FormattableString.Invariant(
                $"{built.Solved} prompts, rank {built.Rank}, condition number {built.ConditionNumber:G3}."));
        return Holder(built.Architecture.Options).Restore(input.Schema, built.Parameters);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Holder(Options.Model).GetOutputSchema(inputSchema);

    // An estimator of the same model knows the columns.
    private AttentionTransformerEstimator Holder(TransformerOptions model) => new(
        environment,
        new AttentionTransformerOptions(
            model,
            new NextTokenOptions
            {
                Distribution = Options.Distribution,
                LabelColumnName = Options.LabelColumnName,
                ContextColumnName = Options.ContextColumnName,
                ScoreColumnName = Options.ScoreColumnName,
                PredictedLabelColumnName = Options.PredictedLabelColumnName,
            }));
}
