using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Engines;
using NGram.ML.Fused;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using TorchSharp;
using Architecture = NGram.ML.Models.Architecture;

namespace NGram.ML.Training;

/// <summary>Chooses the implementation of the training step.</summary>
internal static class EngineFactory
{
    /// <summary>The engine that <paramref name="options"/> ask for, holding the initial parameters.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="initial">Initial parameters.</param>
    /// <param name="options">Engine, objective, batch size, threads.</param>
    /// <param name="distribution">The law of the tokens, for the full-distribution objective.</param>
    /// <param name="choice">Which engine it is.</param>
    /// <param name="reason">Why, in one sentence.</param>
    /// <exception cref="ArgumentException">
    /// The fused engine is asked for and does not support the architecture; or a model is to have frozen tensors that has none.
    /// </exception>
    public static ITrainingEngine Create(
        Architecture architecture,
        StateDict initial,
        TrainingOptions options,
        INGramDistribution? distribution,
        out TrainingEngine choice,
        out string reason)
    {
        bool fits = FusedEngine.Supports(architecture, out string? obstacle);
        if (options.Engine == TrainingEngine.Fused && !fits)
        {
            throw new OptionException(
                nameof(options.Engine),
                options.Engine,
                $"{nameof(TrainingEngine.Auto)} or {nameof(TrainingEngine.TorchSharp)} for this model: {obstacle!.TrimEnd('.')}");
        }

        Require.That(
            options.Freeze == FrozenTensors.None || architecture.FrozenRows(options.Freeze).Count > 0,
            nameof(options.Freeze),
            options.Freeze,
            $"{nameof(FrozenTensors.None)} for this model: the tensors of a transformer can be frozen");
        choice = fits && options.Engine != TrainingEngine.TorchSharp ? TrainingEngine.Fused : TrainingEngine.TorchSharp;
        reason = options.Engine != TrainingEngine.Auto ? "It was asked for." : obstacle ?? "It supports the architecture.";
        if (choice == TrainingEngine.Fused)
        {
            var fused = new FusedEngine(
                architecture,
                initial,
                options.Objective,
                distribution,
                options.BatchSize,
                options.Lanes,
                options.Freeze,
                options.Threads);
            string why = options.Lanes is null ? "the fastest for this model here" : "as asked for";
            reason += $" Vectors of {fused.Lanes} lanes, {why}.";
            reason += options.Threads is null && fused.Threads > 1
                ? $" Each step by up to {fused.Threads} threads, while that is faster."
                : $" Each step by {fused.Threads} {(fused.Threads == 1 ? "thread" : "threads")}.";
            return fused;
        }

        var engine = new TorchSharpEngine(architecture, initial, options.Objective, distribution, options.Freeze);
        torch.set_num_threads(options.Threads ?? 1);
        return engine;
    }
}
