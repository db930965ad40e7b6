using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Threading;

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

    /// <summary>Also with more threads than first tokens.</summary>
    [TestMethod]
    [DataRow(1, 8, 2)]
    [DataRow(2, 30, 2)]
    [DataRow(3, 8, 3)]
    [DataRow(3, 2, 5)]
    public void A_thread_has_all_that_its_prefixes_begin_with(int prompt, int vocabulary, int threads)
    {
        const int rows = 200;
        var random = new Random(2);
        var trie = new PrefixTrie(rows, prompt, vocabulary, firstScored: prompt - 1, threads);
        var prefixes = trie.Prefixes;
        var set = new RowSet(rows * prompt, trie.Shares);
        for (int batch = 0; batch < 20; batch++)
        {
            int used = random.Next(1, rows + 1);
            ushort[] tokens = [.. Enumerable.Range(0, used * (prompt + 1)).Select(_ => (ushort)random.Next(vocabulary))];
            trie.Build(tokens);
            set.Set(0, trie.Nodes);
            int[] thread = [.. Enumerable.Repeat(-1, trie.Nodes)], prompts = new int[threads];
            for (int index = 0; index < threads; index++)
            {
                var part = new Part(index, threads);
                for (int range = 0; range < set.RangesOf(part); range++)
                {
                    var (start, count) = set.Range(part, range);
                    Assert.IsTrue(thread.AsSpan(start, count).IndexOfAnyExcept(-1) < 0, "of one thread only");
                    thread.AsSpan(start, count).Fill(index);
                    prompts[index] = count;
                }
            }
            for (int node = 0; node < trie.Nodes; node++)
            {
                Assert.AreNotEqual(-1, thread[node]);
                for (int j = 0; j < prefixes.KeyCount[node]; j++)
                    Assert.AreEqual(thread[node], thread[prefixes.Keys[node * prompt + j]]);
            }
            // Off by less than the prompts that begin with one token.
            int most = Enumerable.Range(0, trie.Nodes).Where(node => trie.Depth[node] == prompt - 1)
                .GroupBy(node => trie.Token[prefixes.Keys[node * prompt]]).Max(root => root.Count());
            int last = trie.Nodes - trie.FirstScoredNode;
            foreach (int count in prompts)
                Assert.IsLessThanOrEqualTo((last + threads - 1) / threads + most, count);
        }
    }
}
