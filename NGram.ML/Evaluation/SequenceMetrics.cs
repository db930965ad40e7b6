using NGram.Data.Distributions;
using NGram.Data.Sequences;
using NGram.ML.Bounds;
using NGram.ML.Evaluation.Csv;
using NGram.ML.Prediction;

namespace NGram.ML.Evaluation;

/// <summary>Sums over sequences, in double, from the predictions after their prompts.</summary>
/// <param name="predictions">After each different prompt.</param>
/// <param name="distribution">The law of the tokens; null if it is unknown.</param>
/// <param name="tokenOfId">The model's token of every id of the law; null: the same.</param>
/// <param name="topK">k.</param>
/// <param name="output">Receives what is predicted for each sequence; null: nothing is written.</param>
internal sealed class SequenceMetrics(
    PromptCache predictions,
    INGramDistribution? distribution,
    int[]? tokenOfId,
    int topK,
    RowPredictions? output = null)
{
    private readonly List<double> best = []; // the law's largest probability, by the prompts' places
    private readonly ushort[]? idOfToken = tokenOfId is null ? null : Inverse(tokenOfId);
    private readonly MetricSums sums = new(topK);

    /// <summary>Sequences added.</summary>
    public long Rows => sums.Rows;

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
            best.Clear();
            output?.Clear();
            (begin, _) = (row, predictions.TryFind(block[row][..^1], out places[row]));
        }
        AddRows(begin, places.Length);

        void AddRows(int from, int to)
        {
            for (int row = from; row < to; row++)
            {
                predictions.Compute(places[row], cancellation);
                Add(places[row], block[row]);
            }
        }
    }

    /// <summary>Means over the rows.</summary>
    /// <param name="entropy">Of the label under the law of its position; null without a law.</param>
    /// <param name="bounds">To stand beside them.</param>
    public NextTokenMetrics ToMetrics(double? entropy, IReadOnlyList<Bound> bounds) => sums.Means(entropy, bounds);

    private void Add(int place, ReadOnlySpan<ushort> sequence)
    {
        ushort label = sequence[^1];
        var logits = predictions.Logits(place);
        double logSum = predictions.LogSum(place);
        int rank = TopTokens.Rank(logits, label);
        sums.AddLoss(logSum - logits[label], rank, BestOf(place, sequence[..^1]));
        output?.Add(Rows, place, sequence, logits, logSum, isCorrect: rank == 0);
    }

    // Places are given in order, and all of a block's prompts are added before others get new ones.
    private double BestOf(int place, ReadOnlySpan<ushort> prompt)
    {
        if (distribution is null)
            return 0;
        if (place == best.Count)
            best.Add(distribution.LargestProbability(ToIds(prompt)));
        return best[place];
    }

    private ReadOnlySpan<ushort> ToIds(ReadOnlySpan<ushort> tokens)
    {
        if (idOfToken is null)
            return tokens;
        ushort[] ids = new ushort[tokens.Length];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = idOfToken[tokens[i]];
        return ids;
    }

    private static ushort[] Inverse(int[] tokenOfId)
    {
        ushort[] idOfToken = new ushort[tokenOfId.Length];
        for (int id = 0; id < tokenOfId.Length; id++)
            idOfToken[tokenOfId[id]] = (ushort)id;
        return idOfToken;
    }
}
