namespace NGram.Data.Counts;

/// <summary>
/// The different sequences of k + 1 tokens in a text, in lexicographic order, grouped by their first k (the context, which is
/// a gram of the level below: its number there is the context's number here).
/// </summary>
/// <param name="Begins">Where each context's grams begin, [contexts + 1].</param>
/// <param name="Tokens">The last token of each gram, ascending in a context.</param>
/// <param name="Occurrences">Prefix sums of how often each gram occurs, [grams + 1].</param>
/// <param name="Continuations">
/// Prefix sums of how many different tokens (or the text's beginning) come before each gram, [grams + 1]; null on the last level.
/// </param>
/// <param name="Suffixes">Each gram without its oldest token, as a gram of the level below; empty on the first level.</param>
internal sealed record NGramCountLevel(int[] Begins, ushort[] Tokens, uint[] Occurrences, uint[]? Continuations, int[] Suffixes)
{
    public int Contexts => Begins.Length - 1;

    public int Grams => Tokens.Length;

    /// <summary>Whether something was counted after a context.</summary>
    public bool IsSeen(int context) => Begins[context] < Begins[context + 1];

    /// <summary>The gram of a context and a token, -1 where it was not counted.</summary>
    public int Find(int context, ushort token)
    {
        int begin = Begins[context];
        int found = Array.BinarySearch(Tokens, begin, Begins[context + 1] - begin, token);
        return found < 0 ? -1 : found;
    }
}
