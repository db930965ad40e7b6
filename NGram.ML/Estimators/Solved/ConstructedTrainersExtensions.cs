using NGram.ML.Estimators;
using NGram.ML.Estimators.Solved;
using static Microsoft.ML.MulticlassClassificationCatalog;

// A user of ML.NET finds it beside the trainers, without a using of ours.
namespace Microsoft.ML;

/// <summary>Models that are built, as <c>mlContext.MulticlassClassification.Trainers.ConstructedTransformer(...)</c>.</summary>
public static class ConstructedTrainersExtensions
{
    /// <summary>
    /// An estimator of a transformer whose weights are built to hold a law, by Theorem 1 and Corollary 2 of the paper, as an
    /// n-gram model, or with the facts in an MLP. Its parameters may be the initial ones of a training.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="options">The law, the method, the model and the columns.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it.</exception>
    /// <example>
    /// <code>
    /// using var built = ml.MulticlassClassification.Trainers
    ///     .ConstructedTransformer(new ConstructedTransformerOptions { Distribution = distribution })
    ///     .Fit(train);
    /// Console.WriteLine(ml.NGrams.EvaluateExactly(built, distribution).MemorisedPrompts);
    /// </code>
    /// </example>
    public static ConstructedTransformerEstimator ConstructedTransformer(
        this MulticlassClassificationTrainers catalog,
        ConstructedTransformerOptions options) => new(CatalogEnvironment.Of(catalog), options);
}
