using NGram.Data.Randomness;
using NGram.Data.Sequences;

namespace NGram.Data.Views;

/// <summary>In which order the rows come: block after block, both the blocks and the rows of each permuted by a seed.</summary>
internal sealed class SequenceOrder
{
    private readonly long rows;
    private readonly int[]? blocks;
    private readonly int seed;

    private SequenceOrder(long rows, int[]? blocks, int seed)
    {
        this.rows = rows;
        this.blocks = blocks;
        this.seed = seed;
    }

    public long Blocks => (rows + SequenceSampler.BlockRows - 1) / SequenceSampler.BlockRows;

    /// <summary>The rows' own order, or a random one.</summary>
    public static SequenceOrder Create(long rows, Random? random)
    {
        var order = new SequenceOrder(rows, null, 0);
        if (random is null)
            return order;
        int[] blocks = new int[checked((int)order.Blocks)];
        for (int i = 0; i < blocks.Length; i++)
            blocks[i] = i;
        random.Shuffle(blocks);
        return new(rows, blocks, random.Next());
    }

    /// <summary>First row and number of rows of the block at a place of the order.</summary>
    public (long FirstRow, int Rows) BlockAt(long place)
    {
        long first = (blocks?[place] ?? place) * SequenceSampler.BlockRows;
        return (first, (int)Math.Min(SequenceSampler.BlockRows, rows - first));
    }

    /// <summary>Writes the order of the rows in the block at a place.</summary>
    public void CopyRowOrder(long place, Span<int> order)
    {
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        if (blocks is not null)
            new CounterRandom(CounterRandom.Key(seed, place)).Shuffle(order);
    }
}
