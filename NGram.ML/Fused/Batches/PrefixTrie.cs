using System.Runtime.CompilerServices;

namespace NGram.ML.Fused.Batches;

/// <summary>
/// The distinct prefixes of a batch's prompts, shortest first and sorted within a length: with causal attention a position's
/// state depends on the tokens up to it only, so equal prefixes are computed once.
/// </summary>
internal sealed class PrefixTrie
{
    private readonly int vocabularySize, promptLength, firstScored;
    private readonly int[] offsets, nodeOfRow, counts;
    private readonly int[] keyCount, parents;
    private AttentionRows? prefixes, tokenPositions;
    private int[] order, scratch;

    /// <param name="batchSize">Most rows of a batch.</param>
    /// <param name="promptLength">S: tokens of a row that the model sees.</param>
    /// <param name="vocabularySize">N.</param>
    /// <param name="firstScored">First position whose prediction counts.</param>
    public PrefixTrie(int batchSize, int promptLength, int vocabularySize, int firstScored)
    {
        this.vocabularySize = vocabularySize;
        this.promptLength = promptLength;
        this.firstScored = firstScored;
        int capacity = checked(batchSize * promptLength);
        Token = new int[capacity];
        Depth = new int[capacity];
        keyCount = new int[capacity];
        parents = new int[capacity];
        Targets = new Targets(capacity);
        offsets = new int[promptLength + 1];
        nodeOfRow = new int[batchSize];
        counts = new int[vocabularySize + 1];
        order = new int[batchSize];
        scratch = new int[batchSize];
    }

    /// <summary>Number of distinct prefixes.</summary>
    public int Nodes => offsets[promptLength];

    /// <summary>The first prefix that is long enough to be scored; all later ones are too.</summary>
    public int FirstScoredNode => offsets[firstScored];

    /// <summary>Last token of every prefix.</summary>
    public int[] Token { get; }

    /// <summary>Position of every prefix's last token.</summary>
    public int[] Depth { get; }

    /// <summary>Attention among rows that are prefixes; kept from the first use on.</summary>
    public AttentionRows Prefixes => prefixes ??= 
        new AttentionRows(Token.Length, promptLength, keyCount, parents, ownRowsAreDistinct: true);

    /// <summary>
    /// Attention among the rows position N + token of a table, as the first layer sees a prefix; kept from the first use on.
    /// </summary>
    public AttentionRows TokenPositions => tokenPositions ??= 
        new AttentionRows(Token.Length, promptLength, keyCount, parents, ownRowsAreDistinct: false);

    /// <summary>The tokens that follow the scored prefixes.</summary>
    public Targets Targets { get; }

    /// <summary>Reads a batch, row-major [rows, promptLength + 1].</summary>
    public void Build(ReadOnlySpan<ushort> tokens)
    {
        int rows = tokens.Length / (promptLength + 1);
        Sort(tokens, rows);
        Targets.Clear();
        int nodes = 0;
        for (int position = 0; position < promptLength; position++)
        {
            offsets[position] = nodes;
            nodes = AddLevel(tokens, rows, position, nodes);
        }
        offsets[promptLength] = nodes;
    }

    /// <summary>Orders the rows by their prompts: a counting sort by every position, the last one first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sort(ReadOnlySpan<ushort> tokens, int rows)
    {
        int stride = promptLength + 1;
        for (int row = 0; row < rows; row++)
            order[row] = row * stride;
        for (int position = promptLength - 1; position >= 0; position--)
        {
            int[] from = order, to = scratch, place = counts;
            Array.Clear(place);
            for (int i = position; i < tokens.Length; i += stride)
                place[tokens[i] + 1]++;
            for (int token = 1; token < place.Length; token++)
                place[token] += place[token - 1];
            for (int i = 0; i < rows; i++)
                to[place[tokens[from[i] + position]]++] = from[i];
            (order, scratch) = (to, from);
        }
    }

    /// <summary>Adds the prefixes that end at a position: a new one begins where the parent or the token changes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int AddLevel(ReadOnlySpan<ushort> tokens, int rows, int position, int nodes)
    {
        int lastParent = -1, lastToken = -1;
        int[] starts = order, rowNodes = nodeOfRow;
        bool scored = position >= firstScored;
        for (int i = 0; i < rows; i++)
        {
            int index = starts[i] + position, token = tokens[index], parent = position == 0 ? -1 : rowNodes[i];
            if (token != lastToken || parent != lastParent)
            {
                AddNode(nodes++, parent, token, position);
                if (scored)
                    Targets.BeginRow(index + 1);
                (lastParent, lastToken) = (parent, token);
            }
            rowNodes[i] = nodes - 1;
            if (scored)
                Targets.Add(tokens[index + 1]);
        }
        return nodes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void AddNode(int node, int parent, int token, int position)
    {
        Token[node] = token;
        Depth[node] = position;
        keyCount[node] = position + 1;
        parents[node] = parent;
        if (prefixes != null)
            Extend(prefixes, node, parent, position, node);
        if (tokenPositions != null)
            Extend(tokenPositions, node, parent, position, position * vocabularySize + token);
    }

    /// <summary>A prefix sees what its parent sees, and itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Extend(AttentionRows attention, int node, int parent, int position, int self)
    {
        int[] keys = attention.Keys;
        int to = node * attention.MaxKeys, from = parent * attention.MaxKeys;
        for (int j = 0; j < position; j++)
            keys[to + j] = keys[from + j];
        keys[to + position] = self;
    }
}
