using System.Runtime.CompilerServices;

namespace NGram.ML.Fused.Batches;

/// <summary>What the loss compares with: every distinct scored context of a batch with the tokens that follow it.</summary>
internal sealed class Targets(int capacity)
{
    /// <summary>Number of distinct scored contexts: one per row of the last variable.</summary>
    public int Rows { get; private set; }

    /// <summary>Number of scored positions of the batch.</summary>
    public int Positions { get; private set; }

    /// <summary>Row r is followed by the entries First[r] to First[r + 1] - 1 of <see cref="Next"/>.</summary>
    public int[] First { get; } = new int[capacity + 1];

    /// <summary>The tokens that follow, grouped by row.</summary>
    public int[] Next { get; } = new int[capacity];

    /// <summary>The row that each of these tokens follows.</summary>
    public int[] Row { get; } = new int[capacity];

    /// <summary>The index of each of these tokens in the batch.</summary>
    public int[] Origin { get; } = new int[capacity];

    /// <summary>
    /// For each row, the index in the batch of the token that follows one of its occurrences; the context precedes it.
    /// </summary>
    public int[] Source { get; } = new int[capacity];

    /// <summary>Forgets the previous batch.</summary>
    public void Clear() => (Rows, Positions) = (0, 0);

    /// <summary>Adds the tokens that follow a place in some sequences, those of a row together.</summary>
    /// <param name="tokens">The batch.</param>
    /// <param name="starts">Where the sequences begin.</param>
    /// <param name="offset">Distance from there to the token that follows.</param>
    /// <param name="rowOf">The row of every sequence, counted from <paramref name="first"/>: ascending, without a gap.</param>
    /// <param name="first">The number of row 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void AddRows(ReadOnlySpan<ushort> tokens, ReadOnlySpan<int> starts, int offset, ReadOnlySpan<int> rowOf, int first)
    {
        int position = Positions, row = Rows;
        int[] next = Next, origins = Origin, rows = Row, ends = First, sources = Source;
        ends[0] = 0;
        for (int i = 0; i < starts.Length; i++)
        {
            int origin = starts[i] + offset;
            row = rowOf[i] - first;
            sources[row] = origin;
            next[position] = tokens[origin];
            origins[position] = origin;
            rows[position++] = row;
            ends[row + 1] = position;
        }
        (Rows, Positions) = (row + 1, position);
    }

    /// <summary>Begins the next row.</summary>
    /// <param name="source">Index in the batch's tokens of the token that follows.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginRow(int source)
    {
        Source[Rows] = source;
        First[Rows++] = Positions;
        First[Rows] = Positions;
    }

    /// <summary>Adds a token that follows the current row.</summary>
    /// <param name="token">The token.</param>
    /// <param name="origin">Its index in the batch.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int token, int origin)
    {
        Next[Positions] = token;
        Origin[Positions] = origin;
        Row[Positions++] = Rows - 1;
        First[Rows] = Positions;
    }
}
