using NGram.Data;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Pipelines;

// In ML.NET's namespace, so that users find it without another using.
namespace Microsoft.ML;

/// <summary>Sweeps of pipelines, as <c>mlContext.NGrams.Sweep(...)</c>.</summary>
public static class SweepCatalogExtensions
{
    /// <summary>
    /// A sweep over a pipeline of your own. As with AutoML's sweepable estimators, a function builds it: it is called for every
    /// combination of the axes' values and every repetition, from several threads.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="create">Creates the pipeline of a trial; its first argument is the MLContext to use.</param>
    /// <param name="axes">What varies, under any names; the last axis varies fastest.</param>
    /// <exception cref="ArgumentException">An axis has no values, the same value twice, or the name of another axis.</exception>
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
