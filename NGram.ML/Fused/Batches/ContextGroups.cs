using System.Runtime.CompilerServices;

namespace NGram.ML.Fused.Batches;

/// <summary>The distinct full contexts of a batch, for a model with one embedding per context.</summary>
internal sealed class ContextGroups
{
    private readonly int vocabularySize, contextLength, contextWindow;
    private readonly int[] head, nextPosition, position;

    /// <param name="batchSize">Maximum number of rows of a batch.</param>
    /// <param name="contextWindow">Tokens of a row.</param>
    /// <param name="vocabularySize">N.</param>
    /// <param name="contextLength">n - 1: tokens of a context.</param>
    /// <param name="contexts">N^(n-1).</param>
    public ContextGroups(int batchSize, int contextWindow, int vocabularySize, int contextLength, int contexts)
    {
        (this.vocabularySize, this.contextLength, this.contextWindow) = (vocabularySize, contextLength, contextWindow);
        int capacity = checked(batchSize * (contextWindow - Math.Max(contextLength, 1)));
        RowOf = new int[contexts];
        Array.Fill(RowOf, -1);
        Context = new int[capacity];
        Targets = new Targets(capacity);
        (head, nextPosition, position) = (new int[capacity], new int[capacity], new int[capacity]);
    }

    /// <summary>Number of distinct contexts.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// The index of every distinct context, sum_j token_j N^j with the oldest token first, in order of appearance.
    /// </summary>
    public int[] Context { get; }

    /// <summary>The row of a context in this batch; -1 if the batch does not have it.</summary>
    public int[] RowOf { get; }

    /// <summary>The tokens that follow.</summary>
    public Targets Targets { get; }

    /// <summary>Reads a batch, row-major [rows, contextWindow].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Build(ReadOnlySpan<ushort> tokens)
    {
        for (int row = 0; row < Count; row++)
            RowOf[Context[row]] = -1;
        Count = 0;
        int entries = 0;
        for (int start = tokens.Length - contextWindow; start >= 0; start -= contextWindow)
        {
            for (int target = contextWindow - 1; target >= Math.Max(contextLength, 1); target--)
                Prepend(tokens, start + target, entries++);
        }

        Targets.Clear();
        for (int row = 0; row < Count; row++)
        {
            Targets.BeginRow(position[head[row]]);
            for (int entry = head[row]; entry >= 0; entry = nextPosition[entry])
                Targets.Add(tokens[position[entry]], position[entry]);
        }
    }

    /// <summary>Puts a position in front of the list of its context.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Prepend(ReadOnlySpan<ushort> tokens, int target, int entry)
    {
        int context = 0;
        for (int i = target - 1; i >= target - contextLength; i--)
            context = context * vocabularySize + tokens[i];
        int row = RowOf[context];
        if (row < 0)
        {
            row = RowOf[context] = Count++;
            Context[row] = context;
            head[row] = -1;
        }
        position[entry] = target;
        nextPosition[entry] = head[row];
        head[row] = entry;
    }
}
