using NGram.Data;
using NGram.Data.Checks;
using NGram.ML.Estimators;
using NGram.ML.Generation;
using NGram.ML.Models;
using NGram.ML.Training;
using static TorchSharp.torch;

namespace NGram.ML;

/// <summary>The estimators, as <c>mlContext.NGrams.Transformer(...)</c>.</summary>
public static class NGramCatalogExtensions
{
    /// <summary>An estimator of a transformer that predicts Label from the tokens in Context.</summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="options">Architecture; null: the notebook's attention-only transformer.</param>
    /// <param name="training">Learning rate, batches, epochs; null: the notebook's.</param>
    /// <param name="fit">Columns, the data's law, progress and cancellation; null: Context and Label without a law.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static TransformerEstimator Transformer(
        this NGramCatalog catalog, TransformerOptions? options = null, TrainingOptions? training = null, FitOptions? fit = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new TransformerEstimator(catalog.Context, options, training, fit);
    }

    /// <summary>An estimator of a sequence encoder: the best predictor of its embedding dimension.</summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="options">Dimension; null: the notebook's.</param>
    /// <param name="training">Learning rate, batches, epochs; null: the notebook's model's.</param>
    /// <param name="fit">Columns, the data's law, progress and cancellation; null: Context and Label without a law.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static SequenceEncoderEstimator SequenceEncoder(
        this NGramCatalog catalog,
        SequenceEncoderOptions? options = null,
        TrainingOptions? training = null,
        FitOptions? fit = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new SequenceEncoderEstimator(catalog.Context, options, training, fit);
    }

    /// <summary>
    /// The link of a pipeline that continues the tokens in Context with those of a fitted model, as a vector of keys.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="model">The model; the caller's, who disposes it last.</param>
    /// <param name="length">How many tokens; at least 1.</param>
    /// <param name="options">Temperature and seed; null: the model's own law.</param>
    /// <param name="outputColumn">Name of the added column.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static GenerationEstimator Generate(
        this NGramCatalog catalog,
        NextTokenTransformer model,
        int length,
        GenerationOptions? options = null,
        string outputColumn = "Generated")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrEmpty(outputColumn);
        Require.AtLeast(length, 1, nameof(length));
        options ??= new GenerationOptions();
        options.Validate();
        return new GenerationEstimator(catalog.Context, model, length, options, outputColumn);
    }

    /// <summary>
    /// An estimator of a TorchSharp module of one's own that maps tokens to the logits of the token that follows each.
    /// </summary>
    /// <example>
    /// <code>
    /// var model = ml.NGrams.Module((vocabularySize, promptLength) => nn.Sequential(
    ///     nn.Embedding(vocabularySize, 32), nn.Linear(32, vocabularySize))).Fit(data);
    /// </code>
    /// </example>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="create">
    /// Makes the module for a vocabulary size N and a prompt length S, which the data give: tokens, int64 [B, S] with ids from 0
    /// to
    /// N - 1, to logits [B, S, N]. It is called several times and must make modules with the same names and shapes; each is
    /// disposed by its owner.
    /// </param>
    /// <param name="training">Learning rate, batches, epochs; null: the notebook's model's.</param>
    /// <param name="fit">Columns, the data's law, progress and cancellation; null: Context and Label without a law.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    public static ModuleEstimator Module(
        this NGramCatalog catalog,
        Func<int, int, nn.Module<Tensor, Tensor>> create,
        TrainingOptions? training = null,
        FitOptions? fit = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(create);
        return new ModuleEstimator(catalog.Context, create, training, fit);
    }
}
