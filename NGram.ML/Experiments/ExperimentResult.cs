using NGram.Data.Distributions;
using NGram.ML.Bounds;
using NGram.ML.Constructions;
using NGram.ML.Estimators;
using NGram.ML.Inspection;
using NGram.ML.Optimum;
using NGram.ML.Training;

namespace NGram.ML.Experiments;

/// <summary>Everything that an experiment produced. Owns the transformer's native memory.</summary>
public sealed class ExperimentResult : IDisposable
{
    internal ExperimentResult(
        ExperimentSettings settings, INGramDistribution? distribution, NextTokenTransformer transformer,
        TrainingHistory? baseline, BoundSet bounds, ExactResults exact, long sequences, TimeSpan duration,
        Construction? construction = null, SequenceEncoderOptimum? optimum = null)
    {
        Settings = settings;
        Distribution = distribution;
        Transformer = transformer;
        Baseline = baseline;
        Bounds = bounds;
        Exact = exact;
        Construction = construction;
        Optimum = optimum;
        Summary = Summarise(sequences, duration);
    }

    /// <summary>The settings, with every derived value written out.</summary>
    public ExperimentSettings Settings { get; }

    /// <summary>The law of the tokens; null if none is known.</summary>
    public INGramDistribution? Distribution { get; }

    /// <summary>The trained model.</summary>
    public NextTokenTransformer Transformer { get; }

    /// <summary>Loss and accuracy of every batch.</summary>
    public TrainingHistory History => Transformer.History;

    /// <summary>History of the trained baseline; null if it was not trained.</summary>
    public TrainingHistory? Baseline { get; }

    /// <summary>The best sequence encoder, if requested instead of a trained baseline; otherwise null.</summary>
    public SequenceEncoderOptimum? Optimum { get; }

    /// <summary>The bounds on what such a model can reach.</summary>
    public BoundSet Bounds { get; }

    /// <summary>What is known over every prompt of the law.</summary>
    internal ExactResults Exact { get; }

    /// <summary>What the model held while it was trained; null if it was not tracked.</summary>
    public MemoryTrace? Trace { get; internal init; }

    /// <summary>How the weights were solved for; null if they were trained.</summary>
    public Construction? Construction { get; }

    /// <summary>The results in numbers.</summary>
    public ExperimentSummary Summary { get; }

    /// <summary>Frees the model.</summary>
    public void Dispose() => Transformer.Dispose();

    private ExperimentSummary Summarise(long sequences, TimeSpan duration)
    {
        bool hasSteps = History.Steps > 0, isBuilt = Construction is not null;
        double? Bound(string name) => Bounds.Values.TryGetValue(name, out double value) ? value : null;
        double? baseline = Baseline is { Steps: > 0 } ? Finite(Baseline.FinalLoss) : null;
        return new ExperimentSummary
        {
            Divergence = Finite(
                isBuilt ? Exact.Metrics?.Divergence : hasSteps && History.IsDivergence ? History.FinalLoss : null),
            CrossEntropy = hasSteps ? Finite(History.FinalLoss + (History.Entropy ?? 0)) : null,
            Accuracy = isBuilt ? Exact.Metrics?.Accuracy : hasSteps ? History.FinalAccuracy : null,
            ValidationDivergence = History is { IsDivergence: true, ValidationLosses: [.., var loss] } ? Finite(loss) : null,
            ValidationCrossEntropy = History.ValidationLosses is [.., var measured]
                ? Finite(measured + (History.Entropy ?? 0))
                : null,
            ValidationAccuracy = History.ValidationAccuracies is [.., var accuracy] ? accuracy : null,
            Entropy = Distribution?.Entropy(),
            UniformDivergence = Bound(UniformDivergence.Name),
            OptimalDivergence = baseline ?? Optimum?.Divergence,
            Baseline = baseline is not null ? BaselineKind.Trained : Optimum is not null ? BaselineKind.Exact : null,
            BaselineCertificate = Optimum?.Certificate,
            BaselineRestarts = Optimum?.Divergences.Count,
            BaselineAgreeing = Optimum?.Agreeing,
            BaselineSpread = Optimum?.Spread,
            BaselineConverged = Optimum?.IsConverged,
            BaselineLimit = Optimum?.Limit,
            BaselineDerivative = Optimum?.LargestDerivative,
            Predictors = Exact.Predictors,
            ChanceAccuracy = Bound(ChanceAccuracy.Name),
            ExactDivergence = Finite(Exact.Metrics?.Divergence),
            ExactAccuracy = Exact.Metrics?.Accuracy,
            Bits = Finite(Exact.Metrics?.Bits),
            BitsPerParameter = Finite(Exact.Metrics?.BitsPerParameter),
            Facts = Exact.Metrics?.MemorisedPrompts,
            SmallestMargin = Finite(Exact.Metrics?.SmallestMargin),
            Exposures = Exact.Exposures,
            Coverage = Exact.Coverage,
            Method = Construction is null ? ExperimentSummary.Trained : ExperimentSummary.Constructed,
            Rank = Construction?.Rank,
            ConditionNumber = Finite(Construction?.ConditionNumber),
            Construction = Construction?.Method,
            Solved = Construction?.Solved,
            Float32Facts = Exact.Float32?.MemorisedPrompts,
            Float32SmallestMargin = Finite(Exact.Float32?.SmallestMargin),
            Float32Divergence = Finite(Exact.Float32?.Divergence),
            Bounds = Named(Bounds.Values, baseline is not null),
            BoundsHold = Named(Bounds.Conditions, baseline is not null),
            Prompts = Count(epsilon: 0),
            PromptsForEpsilon = Count(Settings.Epsilon),
            VocabularySize = Transformer.Architecture.VocabularySize,
            ContextWindow = Transformer.Architecture.ContextWindow,
            Sequences = sequences,
            Parameters = Transformer.Architecture.ParameterCount,
            NonEmbeddingParameters = Transformer.Architecture.NonEmbeddingParameterCount,
            TrainedParameters = Construction is null
                ? Transformer.Architecture.TrainedParameterCount(Settings.Training.Freeze)
                : 0,
            Steps = History.Steps,
            Seconds = duration.TotalSeconds,
            TrainingSeconds = History.Duration.TotalSeconds,
            Engine = Construction is null ? Transformer.Engine.ToString().ToLowerInvariant() : "none",
            Lanes = Transformer.Lanes,
            Threads = Transformer.Threads,
            Completed = History.IsWhole && Baseline is null or { IsWhole: true } && !LacksOptimum,
            StopReason = History.StopReason.ToString(),
        };
    }

    // Cancelled before it was found.
    private bool LacksOptimum => Construction is null && Settings.Baseline is { Kind: BaselineKind.Exact } && Optimum is null;

    // A name means one number in a file: with a trained baseline, the infimum has only its own name.
    private static Dictionary<string, T> Named<T>(IReadOnlyDictionary<string, T> bounds, bool hasBaseline)
    {
        var named = bounds
            .Where(bound => !hasBaseline || bound.Key != OptimalDivergence.Name)
            .ToDictionary(bound => bound.Key, bound => bound.Value);
        if (bounds.TryGetValue(OptimalDivergence.Name, out var infimum))
            named.Add(OptimalDivergence.InfimumName, infimum);
        return named;
    }

    // Null where there are too many to count.
    private double? Count(double epsilon) =>
        Distribution?.TryCountPrompts(Transformer.Architecture.PromptLength, epsilon) is { } count ? Finite(count) : null;

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? value : null;
}
