using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Views;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.ML.Estimators;

/// <summary>What the data is, and who watches and may end the training.</summary>
public sealed record FitOptions
{
    /// <summary>The vector of S keys that the model sees.</summary>
    public string ContextColumn { get; init; } = SequenceColumns.Context;

    /// <summary>The key that follows them.</summary>
    public string LabelColumn { get; init; } = SequenceColumns.Label;

    /// <summary>
    /// The law that the data was drawn from, where it is known: the history then has the divergence instead of the cross
    /// entropy, and the full-distribution objective is possible. Its tokens are the ids 0 to N - 1.
    /// </summary>
    public INGramDistribution? Distribution { get; init; }

    /// <summary>
    /// n: predictions whose context of n - 1 tokens is full are counted. Null: the distribution's order, or without one
    /// S + 1, so that only Label is a target. A distribution's order wins.
    /// </summary>
    public int? Order { get; init; }

    /// <summary>
    /// Parameters to start from instead of new initial weights: those of a fitted transformer, or of a file. Null: new ones. They
    /// must be of the same architecture and for the same tokens in the same order, as a law's ids are, or the keys of one fitted
    /// MapValueToKey. Adam starts anew.
    /// </summary>
    public StateDict? InitialParameters { get; init; }

    /// <summary>Where the training is saved while it runs, and whether it goes on from there; null: nowhere.</summary>
    public CheckpointOptions? Checkpoints { get; init; }

    /// <summary>Receives the training's progress, about ten times a second.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>
    /// Ends the training between two batches; the transformer then holds what was trained until there. While the data is still
    /// being read, <see cref="OperationCanceledException"/> is thrown.
    /// </summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>The order for sequences of <paramref name="contextWindow"/> tokens.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not from 1 to the context window.</exception>
    public int OrderFor(int contextWindow)
    {
        int order = Distribution?.Order ?? Order ?? contextWindow;
        Require.That(
            order >= 1 && order <= contextWindow,
            Distribution is null ? nameof(Order) : "The distribution's order",
            order,
            FormattableString.Invariant($"from 1 to {contextWindow}, the tokens of a row with its label"));
        return order;
    }
}
