using System.Runtime.CompilerServices;

namespace NGram.ML.Fused.Batches;

/// <summary>
/// The work of a batch's attention backward, counted in halves of a product of a query and a key, so that threads get equal
/// shares of the rows that receive gradients. Each entry of an array is the work before it; the last is the total.
/// </summary>
/// <param name="rows">Maximum number of rows of queries, keys and values.</param>
internal sealed class AttentionWork(int rows)
{
    /// <summary>What a query's own row costs, and each of its other rows: measured. Siblings share only the others.</summary>
    private const int OwnValue = 4, OwnScore = 1, Other = 2;

    private readonly int[] mixBefore = new int[rows + 1], scoresBefore = new int[rows + 1];

    /// <summary>Of a row as a value: the queries that read it.</summary>
    public int[] MixBefore => mixBefore;

    /// <summary>
    /// Of a row as a key: the queries that read it other than as their own; as a query: the other keys of its owners.
    /// </summary>
    public int[] ScoresBefore => scoresBefore;

    /// <summary>Counts the work of a batch with this many queries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Count(AttentionRows attention, int count)
    {
        int[] mix = mixBefore, scores = scoresBefore, keys = attention.Keys;
        Array.Clear(mix);
        Array.Clear(scores);
        for (int x = 0; x < count; x++)
        {
            int first = x * attention.MaxKeys, others = attention.KeyCount[x] - 1, own = keys[first + others];
            for (int j = first; j < first + others; j++)
            {
                mix[keys[j] + 1] += Other;
                scores[keys[j] + 1] += Other;
            }
            mix[own + 1] += OwnValue;
            scores[own + 1] += Other * others + OwnScore;
        }
        for (int row = 1; row < mix.Length; row++)
        {
            mix[row] += mix[row - 1];
            scores[row] += scores[row - 1];
        }
    }
}
