using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Views;
using NGram.ML.Bounds;
using NGram.ML.Estimators;

namespace NGram.ML.Evaluation;

/// <summary>What is evaluated against what.</summary>
public sealed record EvaluationOptions
{
    internal const int DefaultTopK = 5;

    /// <summary>The vector of S keys before the label.</summary>
    public string ContextColumn { get; init; } = SequenceColumns.Context;

    /// <summary>The key that follows them.</summary>
    public string LabelColumn { get; init; } = SequenceColumns.Label;

    /// <summary>N probabilities of the label, from our transformer or any stock trainer's.</summary>
    public string ScoreColumn { get; init; } = PredictionColumns.Score;

    /// <summary>
    /// The law of the data, whose tokens are the ids 0 to N - 1; without one there is no divergence and no best accuracy.
    /// </summary>
    public INGramDistribution? Distribution { get; init; }

    /// <summary>Bounds to stand beside the metrics; null: those of the model, where one is given and is a transformer.</summary>
    public IReadOnlyList<Bound>? Bounds { get; init; }

    /// <summary>k of the top-k accuracy; at least 1.</summary>
    public int TopK { get; init; } = DefaultTopK;

    /// <summary>The most prompts that an exact evaluation goes through; at least 1.</summary>
    public double PromptLimit { get; init; } = 10_000_000;

    /// <summary>Ends the evaluation with <see cref="OperationCanceledException"/>.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the option, its value and the allowed range.</exception>
    public void Validate()
    {
        Require.AtLeast(TopK, 1, nameof(TopK));
        Require.AtLeast(PromptLimit, 1, nameof(PromptLimit));
    }
}
