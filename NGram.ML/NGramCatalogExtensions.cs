using NGram.Data;
using NGram.Data.Checks;
using NGram.ML.Estimators;
using NGram.ML.Generation;
using static TorchSharp.torch;

// A user of ML.NET finds it without a using of ours.
namespace Microsoft.ML;

/// <summary>What is not a trainer, as <c>mlContext.NGrams.Generate(...)</c>.</summary>
public static class NGramCatalogExtensions
{
    /// <summary>
    /// The link of a pipeline that continues the tokens in Context with those of a fitted model, as a vector of keys.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="model">The model; the caller's, who disposes it last.</param>
    /// <param name="length">How many tokens; at least 1.</param>
    /// <param name="options">Temperature and seed; null: the model's own law.</param>
    /// <param name="outputColumn">Name of the added column.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; the message names it.</exception>
    /// <example>
    /// <code>
    /// var generated = ml.NGrams.Generate(model, length: 8, new GenerationOptions { Seed = 1 }).Fit(data).Transform(data);
    /// Console.WriteLine(generated.Schema["Generated"]);
    /// </code>
    /// </example>
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
        Require.Argument(options.Validate, nameof(options));
        return new GenerationEstimator(catalog.Context, model, length, options, outputColumn);
    }

    /// <summary>
    /// An estimator of your own TorchSharp module, which maps tokens to the logits of the token that follows each.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="create">
    /// Makes the module for a vocabulary size N and a context length S, which the data give: tokens, int64 [B, S] with ids from
    /// 0 to N - 1, to logits [B, S, N]. It is called several times and must make modules with the same names and shapes; each
    /// is disposed by its owner.
    /// </param>
    /// <param name="options">Columns, training, validation and law; null: the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <example>
    /// <code>
    /// var trainer = ml.NGrams.Module(
    ///     shape => nn.Sequential(nn.Embedding(shape.VocabularySize, 32), nn.Linear(32, shape.VocabularySize)),
    ///     new NextTokenOptions { NumberOfEpochs = 5 });
    /// using var model = trainer.Fit(train);
    /// </code>
    /// </example>
    public static ModuleEstimator Module(
        this NGramCatalog catalog,
        Func<ModuleShape, nn.Module<Tensor, Tensor>> create,
        NextTokenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(create);
        return new ModuleEstimator(catalog.Context, create, options ?? new NextTokenOptions());
    }
}
