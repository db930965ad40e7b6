using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Views;
using NGram.ML.Estimators;
using static Microsoft.ML.MulticlassClassificationCatalog;

// A user of ML.NET finds them beside the stock trainers, without a using of ours.
namespace Microsoft.ML;

/// <summary>Our trainers, as <c>mlContext.MulticlassClassification.Trainers.AttentionTransformer(...)</c>.</summary>
public static class NGramTrainersExtensions
{
    /// <summary>
    /// A trainer of an attention transformer, which predicts the token (a key) that follows those of the context (a vector of
    /// keys). Its defaults memorise a few thousand associations in seconds.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="labelColumnName">The key to predict.</param>
    /// <param name="contextColumnName">The vector of S keys before it.</param>
    /// <param name="distribution">The law that the data was drawn from, for divergences; null: unknown.</param>
    /// <param name="embeddingDimension">d: dimension of the residual stream. At least 1.</param>
    /// <param name="headDimension">Dimension of an attention head. At least 1.</param>
    /// <param name="heads">Attention heads, in parallel. At least 1.</param>
    /// <param name="numberOfEpochs">Passes over the data; null: as many as make 4,000 batches, and at least 3.</param>
    /// <param name="batchSize">Rows of a batch. At least 1.</param>
    /// <param name="learningRate">Adam's, in the first epoch; it falls to a twentieth in the last. Positive.</param>
    /// <param name="validationSet">
    /// Rows on which loss and accuracy are measured after every epoch. They are read as they are, so in a pipeline they must
    /// have passed the transforms before the trainer. Null: none.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <example>
    /// Data with the columns Context and Label:
    /// <code>
    /// var trainer = ml.MulticlassClassification.Trainers.AttentionTransformer();
    /// using var model = trainer.Fit(train);
    /// var metrics = ml.MulticlassClassification.Evaluate(model.Transform(test));
    /// </code>
    /// In a pipeline, with a validation set that has passed the transforms before the trainer:
    /// <code>
    /// var keys = ml.Transforms.Conversion.MapValueToKey([new("Context", "Words"), new("Label", "Next")]);
    /// var pipeline = keys.Append(
    ///     ml.MulticlassClassification.Trainers.AttentionTransformer(validationSet: keys.Fit(train).Transform(validation)));
    /// using var model = pipeline.Fit(train);
    /// Console.WriteLine(model.LastTransformer.History.ValidationToDataFrame());
    /// </code>
    /// </example>
    public static AttentionTransformerEstimator AttentionTransformer(
        this MulticlassClassificationTrainers catalog,
        string labelColumnName = SequenceColumns.Label,
        string contextColumnName = SequenceColumns.Context,
        INGramDistribution? distribution = null,
        int embeddingDimension = AttentionTransformerOptions.DefaultEmbeddingDimension,
        int headDimension = AttentionTransformerOptions.DefaultHeadDimension,
        int heads = AttentionTransformerOptions.DefaultHeads,
        int? numberOfEpochs = null,
        int batchSize = NextTokenOptions.DefaultBatchSize,
        double learningRate = NextTokenOptions.DefaultLearningRate,
        IDataView? validationSet = null)
    {
        var options = new AttentionTransformerOptions
        {
            LabelColumnName = labelColumnName,
            ContextColumnName = contextColumnName,
            Distribution = distribution,
            EmbeddingDimension = embeddingDimension,
            HeadDimension = headDimension,
            Heads = heads,
            NumberOfEpochs = numberOfEpochs,
            BatchSize = batchSize,
            LearningRate = learningRate,
            ValidationSet = validationSet,
        };
        Require.Argument(options.Validate, parameter: null);
        return catalog.AttentionTransformer(options);
    }

    /// <summary>A trainer of an attention transformer with every option.</summary>
    /// <param name="catalog">From <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="options">Columns, architecture, training, validation and law.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <example>
    /// <code>
    /// var options = new AttentionTransformerOptions { Heads = 16, MlpWidth = 64, ScoreColumnName = "Probabilities" };
    /// using var model = ml.MulticlassClassification.Trainers.AttentionTransformer(options).Fit(train);
    /// </code>
    /// </example>
    public static AttentionTransformerEstimator AttentionTransformer(
        this MulticlassClassificationTrainers catalog,
        AttentionTransformerOptions options) => new(CatalogEnvironment.Of(catalog), options);

    /// <summary>
    /// A trainer of a sequence encoder: an embedding for every context, the best predictor of its dimension and the measure of
    /// a transformer.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="labelColumnName">The key to predict.</param>
    /// <param name="contextColumnName">The vector of S keys before it.</param>
    /// <param name="distribution">The law that the data was drawn from, for divergences; null: unknown.</param>
    /// <param name="embeddingDimension">d: dimension of the embeddings. At least 1.</param>
    /// <param name="numberOfEpochs">Passes over the data; null: as many as make 4,000 batches, and at least 3.</param>
    /// <param name="batchSize">Rows of a batch. At least 1.</param>
    /// <param name="learningRate">Adam's, in the first epoch; it falls to a twentieth in the last. Positive.</param>
    /// <param name="validationSet">Rows, with the trainer's columns, that are measured after every epoch; null: none.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <example>
    /// <code>
    /// var trainer = ml.MulticlassClassification.Trainers.SequenceEncoder(embeddingDimension: 10);
    /// using var model = trainer.Fit(train);
    /// Console.WriteLine(model.History.FinalAccuracy);
    /// </code>
    /// </example>
    public static SequenceEncoderEstimator SequenceEncoder(
        this MulticlassClassificationTrainers catalog,
        string labelColumnName = SequenceColumns.Label,
        string contextColumnName = SequenceColumns.Context,
        INGramDistribution? distribution = null,
        int embeddingDimension = SequenceEncoderTrainerOptions.DefaultEmbeddingDimension,
        int? numberOfEpochs = null,
        int batchSize = NextTokenOptions.DefaultBatchSize,
        double learningRate = NextTokenOptions.DefaultLearningRate,
        IDataView? validationSet = null)
    {
        var options = new SequenceEncoderTrainerOptions
        {
            LabelColumnName = labelColumnName,
            ContextColumnName = contextColumnName,
            Distribution = distribution,
            EmbeddingDimension = embeddingDimension,
            NumberOfEpochs = numberOfEpochs,
            BatchSize = batchSize,
            LearningRate = learningRate,
            ValidationSet = validationSet,
        };
        Require.Argument(options.Validate, parameter: null);
        return catalog.SequenceEncoder(options);
    }

    /// <summary>A trainer of a sequence encoder with every option.</summary>
    /// <param name="catalog">From <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="options">Columns, architecture, training, validation and law.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    public static SequenceEncoderEstimator SequenceEncoder(
        this MulticlassClassificationTrainers catalog,
        SequenceEncoderTrainerOptions options) => new(CatalogEnvironment.Of(catalog), options);
}
