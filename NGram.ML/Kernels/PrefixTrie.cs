namespace NGram.ML.Kernels;

/// <summary>
/// The distinct prefixes of a batch's prompts, shortest first and sorted within a length: with causal attention a position's
/// state depends on the tokens up to it only, so equal prefixes are computed once.
/// </summary>
internal sealed class PrefixTrie
{
    private readonly int vocabularySize, promptLength, firstCounted;
    private readonly int[] offsets, nodeOfRow, counts;
    private readonly int[] keyCount;
    private int[] order, scratch;

    /// <param name="batchSize">Most rows of a batch.</param>
    /// <param name="promptLength">S: tokens of a row that the model sees.</param>
    /// <param name="vocabularySize">N.</param>
    /// <param name="firstCounted">First position whose prediction counts.</param>
    public PrefixTrie(int batchSize, int promptLength, int vocabularySize, int firstCounted)
    {
        this.vocabularySize = vocabularySize;
        this.promptLength = promptLength;
        this.firstCounted = firstCounted;
        int capacity = checked(batchSize * promptLength);
        Token = new int[capacity];
        Depth = new int[capacity];
        keyCount = new int[capacity];
        Prefixes = new AttentionRows(capacity, promptLength, keyCount);
        TokenPositions = new AttentionRows(capacity, promptLength, keyCount);
        Targets = new Targets(capacity);
        offsets = new int[promptLength + 1];
        nodeOfRow = new int[batchSize];
        counts = new int[vocabularySize + 1];
        order = new int[batchSize];
        scratch = new int[batchSize];
    }

    /// <summary>Number of distinct prefixes.</summary>
    public int Nodes => offsets[promptLength];

    /// <summary>The first prefix that is long enough to be counted; all later ones are too.</summary>
    public int FirstCountedNode => offsets[firstCounted];

    /// <summary>Last token of every prefix.</summary>
    public int[] Token { get; }

    /// <summary>Position of every prefix's last token.</summary>
    public int[] Depth { get; }

    /// <summary>Attention among rows that are prefixes.</summary>
    public AttentionRows Prefixes { get; }

    /// <summary>Attention among the rows position N + token of a table, as the first layer sees a prefix.</summary>
    public AttentionRows TokenPositions { get; }

    /// <summary>The tokens that follow the counted prefixes.</summary>
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
    private void Sort(ReadOnlySpan<ushort> tokens, int rows)
    {
        int stride = promptLength + 1;
        for (int row = 0; row < rows; row++)
            order[row] = row;
        for (int position = promptLength - 1; position >= 0; position--)
        {
            Array.Clear(counts);
            for (int i = position; i < tokens.Length; i += stride)
                counts[tokens[i] + 1]++;
            for (int token = 0; token < vocabularySize; token++)
                counts[token + 1] += counts[token];
            for (int i = 0; i < rows; i++)
                scratch[counts[tokens[order[i] * stride + position]]++] = order[i];
            (order, scratch) = (scratch, order);
        }
    }

    /// <summary>Adds the prefixes that end at a position: a new one begins where the parent or the token changes.</summary>
    private int AddLevel(ReadOnlySpan<ushort> tokens, int rows, int position, int nodes)
    {
        int lastParent = -1, lastToken = -1;
        bool counted = position >= firstCounted;
        for (int i = 0; i < rows; i++)
        {
            int index = order[i] * (promptLength + 1) + position, token = tokens[index], parent = position == 0 ? -1 : nodeOfRow[i];
            if (token != lastToken || parent != lastParent)
            {
                AddNode(nodes++, parent, token, position);
                if (counted)
                    Targets.BeginRow(index + 1);
                (lastParent, lastToken) = (parent, token);
            }
            nodeOfRow[i] = nodes - 1;
            if (counted)
                Targets.Add(tokens[index + 1]);
        }
        return nodes;
    }

    private void AddNode(int node, int parent, int token, int position)
    {
        Token[node] = token;
        Depth[node] = position;
        keyCount[node] = position + 1;
        Extend(Prefixes, node, parent, position, node);
        Extend(TokenPositions, node, parent, position, position * vocabularySize + token);
    }

    /// <summary>A prefix sees what its parent sees, and itself.</summary>
    private static void Extend(AttentionRows attention, int node, int parent, int position, int self)
    {
        int[] keys = attention.Keys;
        int to = node * attention.MaxKeys, from = parent * attention.MaxKeys;
        for (int j = 0; j < position; j++)
            keys[to + j] = keys[from + j];
        keys[to + position] = self;
        attention.Query[node] = self;
    }
}
