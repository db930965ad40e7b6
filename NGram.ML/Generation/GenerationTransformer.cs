using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.ML.Estimators;
using NGram.ML.Estimators.Scoring;

namespace NGram.ML.Generation;

/// <summary>
/// Adds the sequence with which a model continues Context: a vector of keys with the vocabulary's values, all missing where
/// Context has a missing or unknown token. Rows are generated in batches while a cursor moves.
/// </summary>
/// <remarks>The model belongs to the caller, and must not be disposed before the last view or cursor made from it.</remarks>
public sealed class GenerationTransformer : ITransformer, IPromptMapper
{
    private readonly NextTokenTransformer model;
    private readonly int length;
    private readonly GenerationOptions options;
    private readonly string outputColumn;
    private readonly DataViewSchema.Annotations keyValues;

    internal GenerationTransformer(NextTokenTransformer model, int length, GenerationOptions options, string outputColumn)
    {
        (this.model, this.length, this.options, this.outputColumn) = (model, length, options, outputColumn);
        keyValues = model.Vocabulary.Annotations;
    }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    string IPromptMapper.ContextColumn => model.ContextColumn;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        model.CheckContext(inputSchema);
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        var key = new KeyDataViewType(typeof(uint), model.Vocabulary.Size);
        builder.AddColumn(outputColumn, new VectorDataViewType(key, length), keyValues);
        return builder.ToSchema();
    }

    /// <summary>A lazy view with the column added.</summary>
    /// <exception cref="ArgumentException">Context is missing or has another type or length.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        StockOnnxConversion.Refuse("Generation has no ONNX form.");
        return new ScoredDataView(this, input);
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new PredictionRowMapper(this, inputSchema);

    /// <inheritdoc/>
    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException(
            "Generation has no stock form; save the model, and generate with a model that is loaded.");

    PromptBatch IPromptMapper.CreateBatch(DataViewSchema schema, int batchSize) => new GeneratedSequences(
        new SequenceGenerator(model.Predictor, length, options), length, model.Architecture.PromptLength,
        new KeyMap(model.Vocabulary.TokensOf(model.CheckContext(schema))), batchSize);
}
