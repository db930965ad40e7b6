using System.Diagnostics;
using Microsoft.Data.Analysis;
using NGram.ML.Bounds;

namespace NGram.ML.Evaluation;

/// <summary>
/// How well predictions of the token after the prompt are: means over rows, or under an exact law. Entropies in nats.
/// </summary>
[DebuggerDisplay("{Model,nq} on {Data,nq}: cross entropy {CrossEntropy}, accuracy {Accuracy}, {Rows} rows")]
public sealed record NextTokenMetrics
{
    /// <summary>What was evaluated, as a table shows it.</summary>
    public string Model { get; init; } = "";

    /// <summary>On what data, as a table shows it.</summary>
    public string Data { get; init; } = "";

    /// <summary>Rows that count, or prompts where the evaluation is exact.</summary>
    public required long Rows { get; init; }

    /// <summary>
    /// Mean of -log p for the label's probability p. Of a Score column, which is in float32, it is that of -log(p + 1e-12), as in
    /// the training's loss: at most 27.6.
    /// </summary>
    public required double CrossEntropy { get; init; }

    /// <summary>exp(<see cref="CrossEntropy"/>): as uncertain as a choice among so many tokens.</summary>
    public double Perplexity => Math.Exp(CrossEntropy);

    /// <summary>
    /// Kullback-Leibler divergence of the law from the prediction: cross entropy less the entropy of the label under the law of
    /// its position (an estimate, which may be below 0), or the sum itself where the evaluation is exact. Null without a law.
    /// </summary>
    public double? Divergence { get; init; }

    /// <summary>Share of labels that have the greatest probability (the first token on ties).</summary>
    public required double Accuracy { get; init; }

    /// <summary>Share of labels among the <see cref="TopK"/> tokens of greatest probability.</summary>
    public required double TopKAccuracy { get; init; }

    /// <summary>k of <see cref="TopKAccuracy"/>.</summary>
    public int TopK { get; init; } = EvaluationOptions.DefaultTopK;

    /// <summary>
    /// What no prediction exceeds: mean over the contexts of the law's largest probability. Null without a law.
    /// </summary>
    public double? BestAccuracy { get; init; }

    /// <summary>
    /// Prompts whose most probable token is a most probable one of the law; null unless the evaluation is exact.
    /// </summary>
    public long? MemorisedPrompts { get; init; }

    /// <summary>The probability of these prompts, together.</summary>
    public double? MemorisedProbability { get; init; }

    /// <summary>
    /// What the model holds of the law, by code length: T0 (log N - CE) / ln 2 for T0 prompts and the cross entropy CE, below 0
    /// where it is confidently wrong; null unless the evaluation is exact.
    /// </summary>
    public double? Bits { get; init; }

    /// <summary><see cref="Bits"/> over the parameters that the forward pass uses.</summary>
    public double? BitsPerParameter { get; init; }

    /// <summary>
    /// The least, over the prompts, by which the greatest logit of the law's most probable tokens is above that of every other
    /// token: above 0 where all are memorised. Null unless the evaluation is exact.
    /// </summary>
    public double? SmallestMargin { get; init; }

    /// <summary>
    /// How often a prompt was trained on, in the mean: sequences trained on over T0; null if that is not known.
    /// </summary>
    public double? Exposures { get; init; }

    /// <summary>The share of the prompts, by probability, that the training sample has; null if that is not known.</summary>
    public double? Coverage { get; init; }

    /// <summary>The file that has the predictions, as a table shows it; null if there is none.</summary>
    public string? Predictions { get; init; }

    /// <summary>The bounds on such a model; none where they were not asked for.</summary>
    public IReadOnlyList<Bound> Bounds { get; init; } = [];

    /// <summary>Whether it is over every prompt of a law.</summary>
    internal bool IsExact => MemorisedPrompts is not null;

    /// <summary>The same with its bits shared among so many parameters.</summary>
    internal NextTokenMetrics Per(long parameters) => this with { BitsPerParameter = Bits / parameters };

    /// <summary>One row, with the columns of <see cref="MetricsTable"/>.</summary>
    public DataFrame ToDataFrame() => MetricsTable.Create([this]);
}
