using Microsoft.ML;
using NGram.ML.Estimators;

namespace NGram.ML.Generation;

/// <summary>The link of a pipeline that adds generated sequences; there is nothing to fit.</summary>
public sealed class GenerationEstimator : IEstimator<GenerationTransformer>
{
    private readonly MLContext context;
    private readonly string contextColumn, outputColumn;
    private readonly GenerationTransformer transformer;

    internal GenerationEstimator(
        MLContext context,
        NextTokenTransformer model,
        int length,
        GenerationOptions options,
        string outputColumn)
    {
        (this.context, this.outputColumn, contextColumn) = (context, outputColumn, model.ContextColumn);
        transformer = new GenerationTransformer(model, length, options, outputColumn);
    }

    /// <summary>The transformer, once the columns of <paramref name="input"/> are checked.</summary>
    public GenerationTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }

    /// <inheritdoc/>
    // Another vector of keys with KeyValues, as Context is.
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) =>
        context.Transforms.CopyColumns(outputColumn, contextColumn).GetOutputSchema(inputSchema);
}
