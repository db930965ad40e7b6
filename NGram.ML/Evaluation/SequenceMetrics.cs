using NGram.Data.Sequences;
using NGram.ML.Bounds;
using NGram.ML.Evaluation.Csv;

namespace NGram.ML.Evaluation;

/// <summary>Sums over sequences, in double, from the predictions after their prompts.</summary>
/// <param name="predictions">After each different prompt.</param>
/// <param name="topK">k.</param>
/// <param name="output">Receives what is predicted for each sequence; null: nobody wants it.</param>
internal sealed class SequenceMetrics(PromptPredictions predictions, int topK, RowPredictions? output = null)
{
    private double loss, bestAccuracy;
    private long correct, among;

    /// <summary>Sequences added.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds the sequences of a block, whose last tokens are the labels.</summary>
    public void Add(TokenMatrix block, CancellationToken cancellation)
    {
        int[] places = new int[block.Rows];
        int begin = 0;
        for (int row = 0; row < places.Length; row++)
        {
            if (predictions.TryFind(block[row][..^1], out places[row]))
                continue;
            AddRows(begin, row);
            predictions.Clear();
            output?.Clear();
            (begin, _) = (row, predictions.TryFind(block[row][..^1], out places[row]));
        }
        AddRows(begin, places.Length);

        void AddRows(int from, int to)
        {
            predictions.Compute(cancellation);
            for (int row = from; row < to; row++)
                Add(places[row], block[row]);
        }
    }

    /// <summary>Means over the rows.</summary>
    /// <param name="entropy">Of the label under the law of its position; null without a law.</param>
    /// <param name="bounds">To stand beside them.</param>
    public NextTokenMetrics ToMetrics(double? entropy, IReadOnlyList<Bound> bounds) => new()
    {
        Rows = Rows,
        CrossEntropy = loss / Rows,
        Divergence = loss / Rows - entropy,
        Accuracy = (double)correct / Rows,
        TopKAccuracy = (double)among / Rows,
        TopK = topK,
        BestAccuracy = predictions.HasLaw ? bestAccuracy / Rows : null,
        Bounds = bounds,
    };

    private void Add(int place, ReadOnlySpan<ushort> sequence)
    {
        ushort label = sequence[^1];
        var probabilities = predictions[place];
        int rank = ScoredEvaluator.Rank(probabilities, label);
        Rows++;
        loss -= Math.Log(probabilities[label] + ScoredEvaluator.Epsilon);
        correct += rank == 0 ? 1 : 0;
        among += rank < topK ? 1 : 0;
        bestAccuracy += predictions.BestOf(place);
        output?.Add(Rows, place, sequence, probabilities, isCorrect: rank == 0);
    }
}
