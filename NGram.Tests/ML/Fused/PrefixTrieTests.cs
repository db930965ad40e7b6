using NGram.ML.Fused.Batches;

namespace NGram.Tests.ML.Fused;

[TestClass]
public sealed class PrefixTrieTests
{
    /// <summary>Sorted token by token, and where pairs of tokens are fewer than rows by pairs.</summary>
    [TestMethod]
    [DataRow(3, 8)]
    [DataRow(3, 4)]
    [DataRow(4, 4)]
    public void Prefixes_are_distinct_and_see_their_ancestors(int prompt, int vocabulary)
    {
        const int rows = 40;
        var random = new Random(2);
        var trie = new PrefixTrie(rows, prompt, vocabulary, firstScored: 1);
        var (prefixes, positions) = (trie.Prefixes, trie.TokenPositions);
        ushort[] tokens = Enumerable.Range(0, rows * (prompt + 1)).Select(_ => (ushort)random.Next(vocabulary)).ToArray();
        trie.Build(tokens);

        var nodes = Enumerable
            .Range(0, trie.Nodes)
            .Select(node =>
                string.Concat(
                    Enumerable.Range(0, prefixes.KeyCount[node]).Select(j => trie.Token[prefixes.Keys[node * prompt + j]])))
            .ToList();
        var expected =
            from length in Enumerable.Range(1, prompt)
            from row in Enumerable.Range(0, rows)
            select string.Concat(tokens.Skip(row * (prompt + 1)).Take(length));
        CollectionAssert.AreEqual(
            expected.Distinct().OrderBy(p => p.Length).ThenBy(p => p, StringComparer.Ordinal).ToList(),
            nodes);
        for (int node = 0; node < trie.Nodes; node++)
        {
            for (int j = 0; j < nodes[node].Length; j++)
                Assert.AreEqual(j * vocabulary + nodes[node][j] - '0', positions.Keys[node * prompt + j]);
        }

        var follow = from row in Enumerable.Range(0, rows)
                     from length in Enumerable.Range(2, prompt - 1)
                     let start = row * (prompt + 1)
                     select (Prefix: string.Concat(tokens.Skip(start).Take(length)), Next: (int)tokens[start + length]);
        for (int row = 0; row < trie.Targets.Rows; row++)
        {
            string prefix = nodes[trie.FirstScoredNode + row];
            CollectionAssert.AreEquivalent(
                follow.Where(f => f.Prefix == prefix).Select(f => f.Next).ToList(),
                trie.Targets.Next[trie.Targets.First[row]..trie.Targets.First[row + 1]]);
        }
        Assert.AreEqual((prompt - 1) * rows, trie.Targets.Positions);
        int[] own = [.. Enumerable.Range(0, trie.Nodes).Select(node => positions.Keys[node * prompt + trie.Depth[node]])];
        CollectionAssert.AreEqual(
            Enumerable.Range(0, trie.Nodes).OrderBy(node => own[node]).ToList(), positions.ByOwn[..trie.Nodes]);
    }
}
