using System.Diagnostics;
using Microsoft.ML;
using NGram.Data.Sequences;
using NGram.ML.Bounds;
using NGram.ML.Constructions;
using NGram.ML.Estimators;
using NGram.ML.Interchange;
using NGram.ML.Models;

namespace NGram.ML.Experiments;

/// <summary>The steps of a construction: a law, the weights solved for it, and what they hold.</summary>
internal static class ConstructionRun
{
    /// <summary>All of them.</summary>
    /// <param name="context">The environment.</param>
    /// <param name="settings">Resolved settings, with a law; those of a training have no effect.</param>
    /// <exception cref="ArgumentException">There is no law, or the construction is not for it or the architecture.</exception>
    public static ExperimentResult Run(MLContext context, ExperimentSettings settings)
    {
        var clock = Stopwatch.StartNew();
        var distribution = settings.OpenDistribution()
            ?? throw new ArgumentException("A construction needs a law; there is none.", nameof(settings));
        var construction = Construction.Create(
            settings.Construction ?? ConstructionMethod.Theorem,
            distribution,
            settings.ContextWindow ?? SequenceSampler.ShortestWindow(distribution.Order),
            settings.Model,
            settings.InitialSeed!.Value);
        var architecture = construction.Architecture;
        var saved = new SavedModel(architecture, construction.Parameters, Vocabulary: null, DistributionFile: null);
        var transformer = saved.CreateTransformer();
        try
        {
            var bounds = BoundSet.For(distribution, architecture);
            var exact = ExactResults.Of(context, distribution, transformer, bounds);
            using var cast = InFloat32(construction).CreateTransformer();
            exact = exact.WithFloat32(context, distribution, cast, bounds);
            var built = settings with { Construction = construction.Method, Model = architecture.Options };
            return new(built, distribution, transformer, null, bounds, exact, 0, clock.Elapsed, construction);
        }
        catch
        {
            transformer.Dispose();
            throw;
        }
    }

    // What a training would start from, and what can run without libtorch.
    private static SavedModel InFloat32(Construction construction)
    {
        var architecture = construction.Architecture with
        {
            Options = construction.Architecture.Options with { Precision = ModelPrecision.Float32 },
        };
        return new(architecture, construction.Parameters, Vocabulary: null, DistributionFile: null);
    }
}
