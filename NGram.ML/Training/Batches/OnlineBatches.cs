using NGram.Data.Checks;
using NGram.Data.Sequences;

namespace NGram.ML.Training.Batches;

/// <summary>Fresh rows every epoch instead of a fixed sample.</summary>
internal sealed class OnlineBatches : IBatchSource
{
    private readonly SequenceSampler sampler;
    private readonly ushort[] tokens;
    private readonly int rows;
    private readonly int batchSize;
    private int sampledEpoch = -1;

    /// <summary>
    /// Epochs of <paramref name="rows"/> rows drawn by <paramref name="sampler"/>; the first epoch's are a fixed sample's.
    /// </summary>
    public OnlineBatches(SequenceSampler sampler, int rows, int batchSize)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        Require.AtLeast(rows, 1, nameof(rows));
        Require.AtLeast(batchSize, 1, nameof(batchSize));
        this.sampler = sampler;
        this.rows = rows;
        this.batchSize = Math.Min(batchSize, rows);
        tokens = new ushort[(long)rows * sampler.ContextWindow];
    }

    /// <inheritdoc/>
    public int BatchesPerEpoch => (rows + batchSize - 1) / batchSize;

    /// <inheritdoc/>
    public ReadOnlySpan<ushort> GetBatch(int epoch, int batch)
    {
        if (epoch != sampledEpoch)
        {
            sampler.Fill(firstRow: (long)epoch * rows, tokens);
            sampledEpoch = epoch;
        }
        int window = sampler.ContextWindow, start = batch * batchSize;
        return tokens.AsSpan(start * window, Math.Min(batchSize, rows - start) * window);
    }
}
