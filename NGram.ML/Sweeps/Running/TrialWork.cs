using NGram.Data.Distributions;
using NGram.Data.Sequences;
using NGram.ML.Engines;
using NGram.ML.Experiments;
using NGram.ML.Models;

namespace NGram.ML.Sweeps.Running;

/// <summary>The cost of a trial, known before it runs.</summary>
/// <param name="Steps">Batches.</param>
/// <param name="StepFlops">Multiplications and additions of a batch, forward and backward.</param>
/// <param name="Parameters">Parameters of the model.</param>
internal sealed record TrialWork(double Steps, double StepFlops, long Parameters)
{
    // What a step takes besides its arithmetic, in the same unit: Adam, softmax and reading the batch.
    private const double Overhead = 5e5;

    private const int UnknownVocabulary = 1000, UnknownRows = 100_000, Decompositions = 7;

    /// <summary>All the arithmetic.</summary>
    public double Flops => Steps * StepFlops;

    /// <summary>A measure that orders trials by their time.</summary>
    public double Weight => Steps * (StepFlops + Overhead);

    /// <summary>The cost of an experiment; data in files is assumed to have a usual size.</summary>
    public static TrialWork Of(ExperimentSettings settings)
    {
        int vocabulary = settings.Law?.VocabularySize ?? settings.Data.VocabularySize ?? UnknownVocabulary;
        int order = settings.Law?.Order ?? settings.Data.Order ?? 2;
        var architecture = new TransformerArchitecture
        {
            VocabularySize = vocabulary,
            ContextWindow = settings.ContextWindow ?? SequenceSampler.ShortestWindow(order),
            Order = order,
            Options = settings.Model,
        };
        if (settings.Construction is not null)
            return OfConstruction(settings, architecture);
        double rows = settings.Training.BatchSize;
        double batches = settings.Batches ?? UnknownRows / rows;
        double Prefixes(int length) => Math.Min(
            ContextIndex.Count(vocabulary, length),
            length < order ? settings.Law?.Prompts ?? double.PositiveInfinity : double.PositiveInfinity);
        if (settings.Training.Objective == TrainingObjective.Exact)
        {
            // Every prompt once an epoch, whatever the batches of a sample.
            double prompts = Prefixes(architecture.PromptLength);
            rows = Math.Min(rows, prompts);
            batches = Math.Ceiling(prompts / rows);
        }
        var work = StepWork.OfUniform(architecture, rows, Prefixes);
        return new(batches * settings.Training.Epochs, work.Flops, architecture.ParameterCount);
    }

    /// <summary>A construction is one step: a system of this many prompts and columns is decomposed a few times.</summary>
    private static TrialWork OfConstruction(ExperimentSettings settings, TransformerArchitecture architecture)
    {
        var options = architecture.Options;
        double prompts = settings.Law?.Prompts ?? ContextIndex.Count(architecture.VocabularySize, architecture.PromptLength);
        double columns = (double)options.Heads * Math.Min(options.HeadDimension, options.EmbeddingDimension)
            + options.EmbeddingDimension;
        double solved = Math.Min(prompts, columns);
        return new(1, Decompositions * 2 * solved * solved * columns, architecture.ParameterCount);
    }
}
