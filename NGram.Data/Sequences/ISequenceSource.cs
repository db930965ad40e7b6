namespace NGram.Data.Sequences;

/// <summary>Rows of tokens that a data view can read in any order.</summary>
internal interface ISequenceSource
{
    /// <summary>Tokens of a row.</summary>
    int ContextWindow { get; }

    /// <summary>N: every token is below it.</summary>
    int VocabularySize { get; }

    /// <summary>Writes consecutive rows.</summary>
    void Read(long firstRow, Span<ushort> tokens);
}

/// <summary>Rows drawn when they are read.</summary>
internal sealed class SampledSequences(SequenceSampler sampler) : ISequenceSource
{
    public int ContextWindow => sampler.ContextWindow;

    public int VocabularySize => sampler.Distribution.VocabularySize;

    public void Read(long firstRow, Span<ushort> tokens) => sampler.Fill(firstRow, tokens);
}

/// <summary>Rows in memory.</summary>
internal sealed class HeldSequences(TokenMatrix matrix) : ISequenceSource
{
    public int ContextWindow => matrix.ContextWindow;

    public int VocabularySize => matrix.VocabularySize;

    public void Read(long firstRow, Span<ushort> tokens) =>
        matrix.Tokens.Slice((int)firstRow * ContextWindow, tokens.Length).CopyTo(tokens);
}
