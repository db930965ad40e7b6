using NGram.ML.Bounds;
using NGram.ML.Engines;

namespace NGram.ML.Evaluation;

/// <summary>Weighted sums, in double, of the loss, the hits and the best possible hits after each prompt.</summary>
/// <param name="topK">k.</param>
internal sealed class MetricSums(int topK)
{
    private double weights, crossEntropy, accuracy, topKAccuracy, bestAccuracy;

    /// <summary>Rows, or prompts, that were added.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds a row with its label.</summary>
    /// <param name="probability">The label's, as predicted.</param>
    /// <param name="rank">How many tokens are better than the label.</param>
    /// <param name="best">The law's largest probability after the prompt; 0 without a law.</param>
    public void AddLabel(double probability, int rank, double best) =>
        AddLoss(-Math.Log(probability + TorchLoss.Epsilon), rank, best);

    /// <summary>Adds a row with its label.</summary>
    /// <param name="loss">- log of the label's probability.</param>
    /// <param name="rank">How many tokens are better than the label.</param>
    /// <param name="best">The law's largest probability after the prompt; 0 without a law.</param>
    public void AddLoss(double loss, int rank, double best) => Add(1, loss, rank == 0 ? 1 : 0, rank < topK ? 1 : 0, best);

    /// <summary>Adds a prompt with its weight.</summary>
    /// <param name="weight">The prompt's probability, or 1 for a row of a sample.</param>
    /// <param name="loss">Cross entropy after it, in nats.</param>
    /// <param name="hit">Probability that the prediction is right.</param>
    /// <param name="among">Probability that the k best tokens have the right one.</param>
    /// <param name="best">The law's largest probability after it.</param>
    public void Add(double weight, double loss, double hit, double among, double best)
    {
        Rows++;
        weights += weight;
        crossEntropy += weight * loss;
        accuracy += weight * hit;
        topKAccuracy += weight * among;
        bestAccuracy += weight * best;
    }

    /// <summary>Means over the rows of a sample.</summary>
    /// <param name="entropy">Of the label under the law of its position; null without a law.</param>
    /// <param name="bounds">To stand beside them.</param>
    public NextTokenMetrics Means(double? entropy, IReadOnlyList<Bound>? bounds)
    {
        var means = Over(Rows, bounds);
        return means with
        {
            Divergence = means.CrossEntropy - entropy,
            BestAccuracy = entropy is null ? null : means.BestAccuracy,
        };
    }

    /// <summary>
    /// The means over all prompts by their probabilities, whose sum is 1 but for rounding: all right is exactly 1.
    /// </summary>
    /// <param name="bounds">To stand beside them.</param>
    public NextTokenMetrics Sums(IReadOnlyList<Bound>? bounds) => Over(weights, bounds);

    private NextTokenMetrics Over(double total, IReadOnlyList<Bound>? bounds) => new()
    {
        Rows = Rows,
        CrossEntropy = crossEntropy / total,
        Accuracy = accuracy / total,
        TopKAccuracy = topKAccuracy / total,
        TopK = topK,
        BestAccuracy = bestAccuracy / total,
        Bounds = bounds ?? [],
    };
}
