using NGram.Data.Checks;
using NGram.Data.Sequences;

namespace NGram.Data.Corpora;

/// <summary>The windows of some texts, row by row, without a copy.</summary>
internal sealed class WindowSequences : ISequenceSource
{
    private readonly IReadOnlyList<ushort[]> texts;
    private readonly long[] firstRows;

    public WindowSequences(IReadOnlyList<ushort[]> texts, int contextWindow, int vocabularySize)
    {
        this.texts = texts;
        Require.AtLeast(contextWindow, 2, nameof(contextWindow));
        ContextWindow = contextWindow;
        VocabularySize = vocabularySize;
        firstRows = new long[texts.Count];
        for (int text = 0; text < texts.Count; text++)
        {
            firstRows[text] = Rows;
            Rows += Math.Max(0, texts[text].Length - contextWindow + 1);
        }
    }

    public long Rows { get; }

    public int ContextWindow { get; }

    public int VocabularySize { get; }

    public void Read(long firstRow, Span<ushort> tokens)
    {
        if (tokens.IsEmpty)
            return;
        int text = Array.BinarySearch(firstRows, firstRow);
        text = text >= 0 ? text : ~text - 1;
        int begin = (int)(firstRow - firstRows[text]);
        for (; tokens.Length > 0; tokens = tokens[ContextWindow..])
        {
            while (begin > texts[text].Length - ContextWindow)
                (text, begin) = (text + 1, 0);
            texts[text].AsSpan(begin++, ContextWindow).CopyTo(tokens);
        }
    }
}
