using NGram.Data;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Pipelines;

// A user of ML.NET finds it without a using of ours.
namespace Microsoft.ML;

/// <summary>Sweeps of pipelines, as <c>mlContext.NGrams.Sweep(...)</c>.</summary>
public static class SweepCatalogExtensions
{
    /// <summary>
    /// A sweep over a pipeline of your own, built by a function as AutoML's sweepable estimators are: it is called for every
    /// combination of the axes' values and repetition, from several threads.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="create">Makes the pipeline of a trial; its first argument is the MLContext to make it with.</param>
    /// <param name="axes">What varies, under any names; the last fastest.</param>
    /// <exception cref="ArgumentException">An axis has no values, one twice, or the name of another.</exception>
    /// <example>
    /// <code>
    /// var sweep = ml.NGrams.Sweep(
    ///     (context, trial) => context.MulticlassClassification.Trainers.AttentionTransformer(
    ///         new AttentionTransformerOptions { Heads = trial.Integer("Heads"), Seed = trial.Seed, NumberOfEpochs = 5 }),
    ///     SweepAxis.Of("Heads", 1, 4));
    /// Console.WriteLine(sweep.Run(train, test).ToDataFrame());
    /// </code>
    /// </example>
    public static PipelineSweep Sweep(
        this NGramCatalog catalog,
        Func<MLContext, PipelineTrial, IEstimator<ITransformer>> create,
        params IReadOnlyList<SweepAxis> axes)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(axes);
        return new PipelineSweep(catalog.Context, create, axes);
    }
}
