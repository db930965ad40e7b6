using System.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.ML.Estimators.Scoring;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Interchange.Stock;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Prediction;
using NGram.ML.Training;

namespace NGram.ML.Estimators;

/// <summary>
/// A trained next-token model as an ML.NET transformer: adds Score (N probabilities of the token that follows Context, with
/// slot names) and PredictedLabel (a key of Label's type). A row with a missing or unknown token gets equal scores;
/// PredictedLabel is always the first of the greatest, or missing where that token is no label.
/// </summary>
/// <remarks>
/// Where it scores by libtorch it holds native memory, which Dispose frees (a TransformerChain disposes its members). Nothing
/// ends with that: what is used afterwards takes such memory anew. So a PredictionEngine, which disposes the transformer that it
/// was made from unless it is told not to, does no harm. Scoring is safe from several threads.
/// </remarks>
[DebuggerDisplay("{Vocabulary.Size} tokens, {Architecture.PromptLength} of context, {Architecture.ParameterCount} parameters")]
public sealed class NextTokenTransformer : ITransformer, IPromptMapper, IDisposable
{
    private readonly NextTokenOptions options;
    private readonly Lazy<IPredictor> predictor;
    private readonly Lock key = new();
    private NextTokenModel? model;

    internal NextTokenTransformer(
        Architecture architecture, StateDict parameters, Vocabulary vocabulary, NextTokenOptions options,
        TrainingHistory history, TrainingEngine engine, IPredictor? given = null)
    {
        this.options = options;
        Architecture = architecture;
        Parameters = parameters;
        Vocabulary = vocabulary;
        History = history;
        Engine = engine;
        Slots = new ScoreSlots(vocabulary);
        predictor = new Lazy<IPredictor>(() => given ?? IPredictor.Create(architecture, parameters));
    }

    /// <summary>What fixes the model's parameters.</summary>
    public Architecture Architecture { get; }

    /// <summary>The trained parameters under PyTorch's names.</summary>
    public StateDict Parameters { get; }

    /// <summary>The tokens and what they stand for.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>
    /// The columns that it was fitted on, Context and Label: the schema to give to <c>mlContext.Model.Save</c>.
    /// </summary>
    public DataViewSchema InputSchema
    {
        get
        {
            var (context, label) = (Vocabulary.Context, Vocabulary.Label);
            var builder = new DataViewSchema.Builder();
            builder.AddColumn(context.Name, new VectorDataViewType(context.Type, Architecture.PromptLength), context.Annotations);
            builder.AddColumn(label.Name, label.Type, label.Annotations);
            return builder.ToSchema();
        }
    }

    /// <summary>Loss and accuracy of every batch of the training.</summary>
    public TrainingHistory History { get; }

    /// <summary>The engine that trained it.</summary>
    public TrainingEngine Engine { get; }

    /// <summary>Floats of the vectors that the fused engine trained it with; null for another engine.</summary>
    internal int? Lanes { get; init; }

    /// <summary>Threads that shared most of the fused engine's steps; null for another engine.</summary>
    internal int? Threads { get; init; }

    /// <summary>
    /// The model as a TorchSharp module, made when first asked for. It is this transformer's, whose Dispose frees it; asked again
    /// there is another. Scoring does not go through it.
    /// </summary>
    /// <exception cref="Native.TorchLibraryException">libtorch cannot be loaded.</exception>
    public NextTokenModel Model
    {
        get
        {
            lock (key)
                return model ??= NextTokenModel.Create(Architecture, Parameters);
        }
    }

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    internal ScoreSlots Slots { get; }

    /// <summary>What every prediction goes through; belongs to this transformer.</summary>
    internal IPredictor Predictor => predictor.Value;

    private string[] TokenTexts => [.. Vocabulary.Values.Select(KeyColumn.TextOf)];

    internal string ContextColumn => options.ContextColumnName;

    internal string ScoreColumn => options.ScoreColumnName;

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        CheckContext(inputSchema);
        return PredictionColumns.Append(inputSchema, options, Slots, Vocabulary);
    }

    /// <summary>A lazy view with the two columns added; rows are scored in batches while a cursor moves.</summary>
    /// <exception cref="ArgumentException">Context is missing or has another type or length.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        StockOnnxConversion.Refuse(
            "SaveAsOnnx writes the model as ONNX; mlContext.Model.Save writes the whole pipeline in stock parts.");
        return new ScoredDataView(this, input);
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => new PredictionRowMapper(this, inputSchema);

    /// <summary>
    /// Writes the model as stock ML.NET and ONNX, in its own precision: what <c>mlContext.Model.Load</c> returns needs neither
    /// this library nor libtorch and has the same columns. It reads the keys that Context had when this was fitted, and its
    /// temporary file goes when it is disposed.
    /// </summary>
    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        StockChain.Save(
            ctx,
            Architecture,
            Parameters,
            Vocabulary,
            Slots.Tokens,
            options.ScoreColumnName,
            options.PredictedLabelColumnName);

    /// <summary>Writes an ONNX file: prompts of tokens in, logits and Score by token out; see <see cref="OnnxFile"/>.</summary>
    /// <exception cref="ArgumentException">The model has more than 2 GB.</exception>
    public void SaveAsOnnx(string path) => OnnxFile.Save(path, Architecture, Parameters, TokenTexts);

    /// <summary>
    /// Writes an ONNX model to a stream: prompts of tokens in, logits and Score by token out; see <see cref="OnnxFile"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The model has more than 2 GB.</exception>
    public void SaveAsOnnx(Stream stream) => OnnxFile.Save(stream, Architecture, Parameters, TokenTexts);

    /// <summary>Frees native memory; the transformer stays of use.</summary>
    public void Dispose()
    {
        if (predictor.IsValueCreated)
            predictor.Value.Dispose();
        lock (key)
        {
            model?.Dispose();
            model = null;
        }
    }

    /// <summary>The same model with another predictor, to compare them.</summary>
    internal NextTokenTransformer PredictingWith(IPredictor other) =>
        new(Architecture, Parameters, Vocabulary, options, History, Engine, other);

    string IPromptMapper.ContextColumn => ContextColumn;

    PromptBatch IPromptMapper.CreateBatch(DataViewSchema schema, int batchSize) =>
        new PromptScorer(Predictor, Slots, new KeyMap(Vocabulary.TokensOf(CheckContext(schema))), batchSize);

    /// <summary>The Context column of a schema, which must have this model's length.</summary>
    internal KeyColumn CheckContext(DataViewSchema schema)
    {
        var column = KeyColumn.Find(schema, ContextColumn, isVector: true);
        if (column.VectorSize != Architecture.PromptLength)
        {
            throw new ArgumentException(
                $"The column '{ContextColumn}' has {column.VectorSize} tokens; the model reads {Architecture.PromptLength}.");
        }

        return column;
    }
}
