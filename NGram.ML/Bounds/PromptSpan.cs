using NGram.Data.Distributions;

namespace NGram.ML.Bounds;

/// <summary>The dimensions that a law's prompts have in a model, which limit the rank in the proofs on memorisation.</summary>
/// <param name="LastTokens">Number of different tokens that prompts end in: the skip connection's dimensions.</param>
/// <param name="Dimensions">Dimensions that a head can read: N + S - 2 if every sequence of S tokens is a prompt.</param>
/// <param name="IsWhole">Whether every sequence is.</param>
internal sealed record PromptSpan(int LastTokens, int Dimensions, bool IsWhole)
{
    // Numbers only grow with more prompts, so that the first million gives a lower limit.
    private const int MostPrompts = 1 << 20;

    /// <summary>The span of all N^S prompts.</summary>
    public static PromptSpan OfAll(int vocabularySize, int promptLength) =>
        new(vocabularySize, vocabularySize + promptLength - 2, IsWhole: true);

    /// <summary>
    /// The span of a law's prompts; null if they cannot be counted. Averages of embedded tokens e_t + p_s have, for almost all
    /// embeddings, one dimension less than the pairs (t, s) span: N + S - 2 of all. In a subset, tokens that few prompts have
    /// can lower the rank further: one dimension less was enough in 20,000 random cases, which is a measurement and no proof.
    /// </summary>
    public static PromptSpan? Of(INGramDistribution distribution, int promptLength)
    {
        int tokens = distribution.VocabularySize;
        if (distribution.TryCountPrompts(promptLength) is not { } prompts)
            return null;
        if (prompts >= Math.Pow(tokens, promptLength))
            return OfAll(tokens, promptLength);

        // A pair (t, s) adds a dimension if it joins two parts of the graph between tokens and positions.
        int[] parents = [.. Enumerable.Range(0, tokens + promptLength)];
        int Root(int node)
        {
            while (parents[node] != node)
                node = parents[node] = parents[parents[node]];
            return node;
        }

        var last = new HashSet<ushort>();
        int dimensions = -2;
        foreach (var prompt in distribution.EnumeratePrompts(promptLength).Take(MostPrompts))
        {
            _ = last.Add(prompt.Tokens[^1]);
            for (int s = 0; s < promptLength; s++)
            {
                int token = Root(prompt.Tokens[s]), position = Root(tokens + s);
                dimensions += token == position ? 0 : 1;
                parents[token] = position;
            }
        }
        return new(last.Count, Math.Max(dimensions, 0), IsWhole: false);
    }
}
