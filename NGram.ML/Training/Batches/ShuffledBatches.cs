using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NGram.Data.Checks;
using NGram.Data.Randomness;
using NGram.Data.Sequences;
using NGram.Data.Views;

namespace NGram.ML.Training.Batches;

/// <summary>A fixed sample, in a new order every epoch; the last batch of an epoch may be smaller.</summary>
internal sealed class ShuffledBatches : IBatchSource
{
    private const int FingerprintRows = 4096;

    private readonly TokenMatrix? data;
    private readonly SequenceDataView? view;
    private readonly int window;
    private readonly int seed;
    private readonly int[] order;
    private readonly ushort[] batchTokens;
    private readonly int batchSize;
    private readonly Lazy<string> fingerprint;
    private int orderedEpoch = -1;

    /// <summary>Batches of at most <paramref name="batchSize"/> rows of <paramref name="data"/>.</summary>
    public ShuffledBatches(TokenMatrix data, int batchSize, int seed)
        : this((data ?? throw new ArgumentNullException(nameof(data))).Rows, data.ContextWindow, batchSize, seed) =>
        this.data = data;

    /// <summary>
    /// Batches of the rows of a view, each read when its turn comes: overlapping windows take no memory of their own.
    /// </summary>
    /// <exception cref="ArgumentException">There are no rows, or too many to put in order.</exception>
    public ShuffledBatches(SequenceDataView view, int batchSize, int seed)
        : this((view ?? throw new ArgumentNullException(nameof(view))).Rows, view.ContextWindow, batchSize, seed) =>
        this.view = view;

    private ShuffledBatches(long rows, int window, int batchSize, int seed)
    {
        Require.AtLeast(batchSize, 1, nameof(batchSize));
        Require.AtLeast(rows, 1, "Rows");
        MemoryBudget.Require(rows, sizeof(int), FormattableString.Invariant($"The order of {rows} rows"));
        this.seed = seed;
        this.window = window;
        this.batchSize = (int)Math.Min(batchSize, rows);
        order = new int[rows];
        batchTokens = new ushort[this.batchSize * window];
        fingerprint = new(Hash);
    }

    /// <inheritdoc/>
    public int BatchesPerEpoch => (order.Length - 1) / batchSize + 1;

    /// <inheritdoc/>
    public string? Fingerprint => fingerprint.Value;

    /// <inheritdoc/>
    public ReadOnlySpan<ushort> GetBatch(int epoch, int batch)
    {
        if (epoch != orderedEpoch)
            Shuffle(epoch);
        int first = batch * batchSize, rows = Math.Min(batchSize, order.Length - first);
        var chosen = order.AsSpan(first, rows);
        var destination = batchTokens.AsSpan(0, rows * window);
        if (data is null)
        {
            for (int i = 0; i < rows; i++)
                view!.Read(chosen[i], destination.Slice(i * window, window));
            return destination;
        }
        var tokens = data.Tokens;
        // Token by token: rows are short and far apart, and without calls in between their cache misses overlap.
        int to = 0;
        foreach (int row in chosen)
        {
            for (int from = row * window, end = from + window; from < end; from++)
                destination[to++] = tokens[from];
        }

        return destination;
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var block in view?.Blocks(FingerprintRows) ?? [data!])
            hash.AppendData(MemoryMarshal.AsBytes(block.Tokens));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
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
