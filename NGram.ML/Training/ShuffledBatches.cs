using System.Runtime.CompilerServices;
using NGram.Data.Randomness;
using NGram.Data.Views;

namespace NGram.ML.Training;

/// <summary>A fixed sample, in a new order every epoch; the last batch of an epoch may be smaller.</summary>
public sealed class ShuffledBatches : IBatchSource
{
    private readonly TokenMatrix data;
    private readonly int seed;
    private readonly int[] order;
    private readonly ushort[] batchTokens;
    private readonly int batchSize;
    private int orderedEpoch = -1;

    /// <summary>Batches of at most <paramref name="batchSize"/> rows of <paramref name="data"/>.</summary>
    public ShuffledBatches(TokenMatrix data, int batchSize, int seed)
    {
        ArgumentNullException.ThrowIfNull(data);
        Require.AtLeast(batchSize, 1, nameof(batchSize));
        Require.AtLeast(data.Rows, 1, nameof(data.Rows));
        this.data = data;
        this.seed = seed;
        this.batchSize = Math.Min(batchSize, data.Rows);
        order = new int[data.Rows];
        batchTokens = new ushort[this.batchSize * data.ContextWindow];
    }

    /// <inheritdoc/>
    public int BatchesPerEpoch => (data.Rows + batchSize - 1) / batchSize;

    /// <inheritdoc/>
    public ReadOnlySpan<ushort> GetBatch(int epoch, int batch)
    {
        if (epoch != orderedEpoch)
            Shuffle(epoch);
        int window = data.ContextWindow, rows = Math.Min(batchSize, data.Rows - batch * batchSize);
        var tokens = data.Tokens;
        var destination = batchTokens.AsSpan(0, rows * window);
        // Token by token: rows are short and far apart, and without calls in between their cache misses overlap.
        int to = 0;
        foreach (int row in order.AsSpan(batch * batchSize, rows))
            for (int from = row * window, end = from + window; from < end; from++)
                destination[to++] = tokens[from];
        return destination;
    }

    /// <summary>Starts from the identity, so that an epoch's order needs no history.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Shuffle(int epoch)
    {
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        var random = new CounterRandom(CounterRandom.Key(seed, epoch));
        random.Shuffle<int>(order);
        orderedEpoch = epoch;
    }
}
