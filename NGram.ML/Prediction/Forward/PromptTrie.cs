using System.Runtime.CompilerServices;

namespace NGram.ML.Prediction.Forward;

/// <summary>
/// The distinct prefixes of some prompts, shortest first: with causal attention a position's state depends only on the tokens up
/// to it. Unlike training's trie, which sorts, it hashes: a call may have a single prompt of a large vocabulary.
/// </summary>
internal sealed class PromptTrie
{
    private readonly int vocabularySize, promptLength;
    private readonly ulong[] keys;
    private readonly int[] nodes, parents, offsets, wanted;

    /// <param name="rows">Maximum number of prompts.</param>
    /// <param name="promptLength">S: tokens of the longest prompt.</param>
    /// <param name="vocabularySize">N.</param>
    /// <param name="byPosition">Whether the first layer's rows are position N + token instead of prefixes.</param>
    public PromptTrie(int rows, int promptLength, int vocabularySize, bool byPosition)
    {
        (this.vocabularySize, this.promptLength) = (vocabularySize, promptLength);
        int capacity = checked(rows * promptLength);
        (Token, Depth) = (new int[capacity], new int[capacity]);
        (KeyCount, Parent) = (new int[capacity], new int[capacity]);
        (parents, wanted, offsets) = (new int[rows], new int[capacity], new int[promptLength + 1]);
        int slots = TableSize(capacity);
        (keys, nodes) = (new ulong[slots], new int[slots]);
        PositionKeys = byPosition ? new int[capacity * promptLength] : [];
    }

    /// <summary>Number of distinct prefixes.</summary>
    public int Nodes { get; private set; }

    /// <summary>The first prefix requested; all later ones are too.</summary>
    public int FirstWanted { get; private set; }

    /// <summary>The prefix of every requested (row, position), row-major.</summary>
    public ReadOnlySpan<int> Wanted => wanted.AsSpan(0, WantedCount);

    /// <summary>Last token of every prefix.</summary>
    public int[] Token { get; }

    /// <summary>Position of every prefix's last token.</summary>
    public int[] Depth { get; }

    /// <summary>Number of keys that a prefix sees.</summary>
    public int[] KeyCount { get; }

    /// <summary>The prefix without its last token; -1 for those of one token.</summary>
    public int[] Parent { get; }

    /// <summary>What every prefix sees, S places each and itself last, in rows position N + token.</summary>
    public int[] PositionKeys { get; }

    private int WantedCount { get; set; }

    /// <summary>Reads prompts.</summary>
    /// <param name="prompts">Row-major [rows, length].</param>
    /// <param name="length">Tokens of a prompt.</param>
    /// <param name="first">The first position requested.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Build(ReadOnlySpan<ushort> prompts, int length, int first)
    {
        int rows = prompts.Length / length, positions = length - first;
        int mask = TableSize(prompts.Length) - 1;
        bool hashes = rows > 1;
        if (hashes)
            keys.AsSpan(0, mask + 1).Clear();
        Nodes = 0;
        WantedCount = rows * positions;
        for (int position = 0; position < length; position++)
        {
            offsets[position] = Nodes;
            for (int row = 0; row < rows; row++)
            {
                int token = prompts[row * length + position], parent = position == 0 ? -1 : parents[row];
                int node = hashes ? Find(parent, token, position, mask) : Add(parent, token, position);
                parents[row] = node;
                if (position >= first)
                    wanted[row * positions + position - first] = node;
            }
        }
        FirstWanted = offsets[first];
    }

    // At most half full, so that a search is short.
    private static int TableSize(int prefixes) => (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)prefixes * 2);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Find(int parent, int token, int position, int mask)
    {
        // Never 0, which is an empty place: the parent of the first position counts as 1.
        ulong key = (ulong)(parent + 2) << 16 | (uint)token;
        int slot = (int)((key * 0x9E3779B97F4A7C15UL) >> 40) & mask;
        for (; keys[slot] != 0; slot = (slot + 1) & mask)
        {
            if (keys[slot] == key)
                return nodes[slot];
        }
        keys[slot] = key;
        return nodes[slot] = Add(parent, token, position);
    }

    private int Add(int parent, int token, int position)
    {
        int node = Nodes++;
        Token[node] = token;
        Depth[node] = position;
        KeyCount[node] = position + 1;
        Parent[node] = parent;
        if (PositionKeys.Length > 0)
            Extend(node, parent, position, position * vocabularySize + token);
        return node;
    }

    /// <summary>A prefix sees what its parent sees, and itself.</summary>
    private void Extend(int node, int parent, int position, int self)
    {
        if (position > 0)
            PositionKeys.AsSpan(parent * promptLength, position).CopyTo(PositionKeys.AsSpan(node * promptLength));
        PositionKeys[node * promptLength + position] = self;
    }
}
