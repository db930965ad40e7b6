using System.Runtime.CompilerServices;
using NGram.ML.Fused.Differentiation;

namespace NGram.ML.Fused.Batches;

/// <summary>
/// The distinct prefixes of a batch's prompts, shortest first and sorted within a length: with causal attention a position's
/// state depends only on the tokens up to it, so equal prefixes are computed once.
/// </summary>
internal sealed class PrefixTrie
{
    private readonly int vocabularySize, promptLength, firstScored;
    private readonly bool sortsPairs;
    private readonly RowShares? shares;
    private readonly int[] offsets, nodeOfRow, sortKeys, counts;
    private readonly int[] keyCount, parents, roots;
    private AttentionRows? prefixes, tokenPositions;
    private int[] order, scratch;

    /// <param name="batchSize">Maximum number of rows of a batch.</param>
    /// <param name="promptLength">S: tokens of a row that the model sees.</param>
    /// <param name="vocabularySize">N.</param>
    /// <param name="firstScored">First position whose prediction counts.</param>
    /// <param name="threads">Threads that divide the prefixes (<see cref="Shares"/>).</param>
    public PrefixTrie(int batchSize, int promptLength, int vocabularySize, int firstScored, int threads = 1)
    {
        this.vocabularySize = vocabularySize;
        this.promptLength = promptLength;
        this.firstScored = firstScored;
        int capacity = checked(batchSize * promptLength);
        Token = new int[capacity];
        Depth = new int[capacity];
        keyCount = new int[capacity];
        parents = new int[capacity];
        if (threads > 1)
            shares = new RowShares(promptLength, threads);
        roots = new int[shares is null ? 0 : capacity];
        Targets = new Targets(capacity);
        offsets = new int[promptLength + 1];
        nodeOfRow = new int[batchSize];
        sortKeys = new int[checked(batchSize * (promptLength + 1))];
        // Two tokens at once where there are few enough pairs that counting them costs less than another pass.
        sortsPairs = (long)vocabularySize * vocabularySize <= batchSize;
        counts = new int[(sortsPairs ? vocabularySize * vocabularySize : vocabularySize) + 1];
        order = new int[batchSize];
        scratch = new int[batchSize];
    }

    /// <summary>Number of distinct prefixes.</summary>
    public int Nodes => offsets[promptLength];

    /// <summary>The first prefix long enough to be scored; all later ones are too.</summary>
    public int FirstScoredNode => offsets[firstScored];

    /// <summary>
    /// How threads divide the prefixes, null for one: a prefix is of the same thread as all that it begins with, which is what
    /// its attention reads.
    /// </summary>
    public RowShares? Shares => shares;

    /// <summary>Last token of every prefix.</summary>
    public int[] Token { get; }

    /// <summary>Position of every prefix's last token.</summary>
    public int[] Depth { get; }

    /// <summary>Attention among rows that are prefixes; kept from the first use on.</summary>
    public AttentionRows Prefixes => prefixes ??=
        new AttentionRows(Token.Length, promptLength, keyCount, parents);

    /// <summary>
    /// Attention among the rows (position N + token) of a table, as the first layer sees a prefix; kept from the first use on.
    /// </summary>
    public AttentionRows TokenPositions => tokenPositions ??=
        new AttentionRows(Token.Length, promptLength, keyCount, parents, promptLength * vocabularySize);

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
        tokenPositions?.SortByOwn(nodes);
        if (shares is null)
            return;
        Divide(shares);
        tokenPositions?.Work.Count(tokenPositions, nodes);
    }

    /// <summary>
    /// Divides the first tokens, each with all prefixes that begin with it, so that threads have about as many prompts.
    /// </summary>
    private void Divide(RowShares shares)
    {
        int last = promptLength - 1, all = offsets[promptLength] - offsets[last];
        for (int node = 0; node < Nodes; node++)
            roots[node] = Depth[node] == 0 ? node : roots[parents[node]];
        for (int thread = 0; thread <= shares.Threads; thread++)
        {
            int wanted = offsets[last] + (int)((long)all * thread / shares.Threads);
            int root = thread == shares.Threads ? int.MaxValue : NearestRoot(wanted);
            for (int depth = 0; depth < promptLength; depth++)
                shares[depth, thread] = FirstOf(root, depth);
        }
    }

    /// <summary>The root whose prompts begin nearest to one of the prompts.</summary>
    private int NearestRoot(int prompt)
    {
        int root = roots[prompt], last = promptLength - 1;
        return prompt - FirstOf(root, last) <= FirstOf(root + 1, last) - prompt ? root : root + 1;
    }

    /// <summary>The first prefix of a length whose root is this or a later one.</summary>
    private int FirstOf(int root, int depth)
    {
        int start = offsets[depth], count = offsets[depth + 1] - start;
        int at = roots.AsSpan(start, count).BinarySearch(new NotBefore(root));
        return start + ~at;
    }

    /// <summary>Orders the rows by their prompts: a counting sort by every position or pair of them, the last first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sort(ReadOnlySpan<ushort> tokens, int rows)
    {
        int stride = promptLength + 1;
        for (int row = 0; row < rows; row++)
            order[row] = row * stride;
        int end = promptLength;
        for (; sortsPairs && end >= 2; end -= 2)
            Sort(tokens, rows, end - 2, vocabularySize, end - 1);
        for (; end >= 1; end--)
            Sort(tokens, rows, end - 1, 0, end - 1);
    }

    /// <summary>A stable sort by factor times the token of one position plus that of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sort(ReadOnlySpan<ushort> tokens, int rows, int first, int factor, int second)
    {
        int[] from = order, to = scratch, place = counts, keys = sortKeys;
        Array.Clear(place);
        for (int start = 0; start < tokens.Length; start += promptLength + 1)
        {
            int key = tokens[start + first] * factor + tokens[start + second];
            keys[start] = key;
            place[key + 1]++;
        }
        int sum = 0;
        for (int key = 0; key < place.Length; key++)
            place[key] = sum += place[key];
        for (int i = 0; i < rows; i++)
        {
            int start = from[i];
            to[place[keys[start]]++] = start;
        }
        (order, scratch) = (to, from);
    }

    /// <summary>Adds the prefixes that end at a position: a new one begins where the parent or the token changes.</summary>
    /// <remarks>Without a branch: every row writes what its prefix is, as where a new one begins cannot be predicted.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int AddLevel(ReadOnlySpan<ushort> tokens, int rows, int position, int first)
    {
        int[] starts = order, nodes = nodeOfRow, tokenOf = Token, parentOf = parents;
        int node = first - 1, lastToken = -1, lastParent = -1;
        if (position == 0)
            Array.Fill(nodes, -1, 0, rows);
        for (int i = 0; i < rows; i++)
        {
            int token = tokens[starts[i] + position], parent = nodes[i];
            node += ((token ^ lastToken) | (parent ^ lastParent)) == 0 ? 0 : 1;
            (lastToken, lastParent) = (token, parent);
            nodes[i] = node;
            tokenOf[node] = token;
            parentOf[node] = parent;
        }
        int end = node + 1;
        Array.Fill(Depth, position, first, end - first);
        Array.Fill(keyCount, position + 1, first, end - first);
        if (prefixes != null)
            Extend(prefixes, first, end, position);
        if (tokenPositions != null)
            Extend(tokenPositions, first, end, position);
        if (position >= firstScored)
            Targets.AddRows(tokens, starts.AsSpan(0, rows), position + 1, nodes, FirstScoredNode);
        return end;
    }

    /// <summary>A prefix sees what its parent sees, and itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Extend(AttentionRows attention, int first, int end, int position)
    {
        int[] keys = attention.Keys, parentOf = parents, tokenOf = Token;
        bool arePrefixes = attention.OwnRowsAreDistinct;
        for (int node = first; node < end; node++)
        {
            int to = node * attention.MaxKeys, from = parentOf[node] * attention.MaxKeys;
            for (int j = 0; j < position; j++)
                keys[to + j] = keys[from + j];
            keys[to + position] = arePrefixes ? node : position * vocabularySize + tokenOf[node];
        }
    }

    /// <summary>Less than every root from this one on, and greater than those before.</summary>
    private readonly record struct NotBefore(int Root) : IComparable<int>
    {
        public int CompareTo(int other) => other < Root ? 1 : -1;
    }
}
