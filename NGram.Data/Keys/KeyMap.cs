namespace NGram.Data.Keys;

/// <summary>What the 0-based keys of a column stand for: a token of the vocabulary, or a place among the scores.</summary>
/// <param name="values">By key; <see cref="KeyReader.Missing"/> for a key that stands for nothing.</param>
internal sealed class KeyMap(IReadOnlyList<int> values)
{
    private readonly int[] values = [.. values];

    /// <summary>The value of a key; <see cref="KeyReader.Missing"/> for a missing, foreign or unknown one.</summary>
    public int this[int key] => (uint)key < (uint)values.Length ? values[key] : KeyReader.Missing;

    /// <summary>Writes the tokens of a row's keys, 0 in place of missing and unknown ones.</summary>
    /// <returns>Whether every key has a token.</returns>
    public bool TryMap(ReadOnlySpan<int> keys, Span<ushort> tokens)
    {
        bool complete = true;
        for (int i = 0; i < keys.Length; i++)
        {
            int token = this[keys[i]];
            complete &= token >= 0;
            tokens[i] = (ushort)Math.Max(0, token);
        }
        return complete;
    }
}
