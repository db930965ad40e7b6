using NGram.Data.Distributions;

namespace NGram.ML.Bounds;

/// <summary>The dimensions that a law's prompts have in a model, which limit the rank in the proofs on memorisation.</summary>
/// <param name="LastTokens">Number of different tokens that prompts end in: the skip connection's dimensions.</param>
/// <param name="Dimensions">Dimensions that a head can read: N + S - 2 if every sequence of S tokens is a prompt.</param>
/// <param name="Prompts">Number of prompts.</param>
/// <param name="IsWhole">Whether every sequence is.</param>
internal sealed record PromptSpan(int LastTokens, int Dimensions, double Prompts, bool IsWhole)
{
    /// <summary>Whether two prompts end in the same token.</summary>
    public bool SharesLastTokens => Prompts > LastTokens;

    /// <summary>The span of all N^S prompts.</summary>
    public static PromptSpan OfAll(int vocabularySize, int promptLength) =>
        new(vocabularySize, vocabularySize + promptLength - 2, Math.Pow(vocabularySize, promptLength), IsWhole: true);

    /// <summary>
    /// The span of a law's prompts, or of a part of them that has enough of both; null if they cannot be counted. Averages of
    /// embedded tokens e_t + p_s have, for almost all embeddings, one dimension less than the pairs (t, s) span: N + S - 2 of
    /// all. In a subset, tokens that few prompts have can lower the rank further: one dimension less was enough in 20,000
    /// random cases, which is a measurement and no proof.
    /// </summary>
    /// <param name="distribution">The law.</param>
    /// <param name="promptLength">S: tokens of a prompt.</param>
    /// <param name="enough">How many last tokens and dimensions make a difference.</param>
    public static PromptSpan? Of(INGramDistribution distribution, int promptLength, int enough)
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
        foreach (var prompt in distribution.EnumeratePrompts(promptLength))
        {
            _ = last.Add(prompt.Tokens[^1]);
            for (int s = 0; s < promptLength; s++)
            {
                int token = Root(prompt.Tokens[s]), position = Root(tokens + s);
                dimensions += token == position ? 0 : 1;
                parents[token] = position;
            }
            // With more prompts than tokens, two end in the same one, however many are left.
            if (prompts > tokens && last.Count >= enough && dimensions >= enough)
                break;
        }
        return new(last.Count, Math.Max(dimensions, 0), prompts, IsWhole: false);
    }
}
