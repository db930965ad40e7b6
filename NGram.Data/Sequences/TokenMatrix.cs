using NGram.Data.Checks;

namespace NGram.Data.Sequences;

/// <summary>Sequences of equal length, compactly: what a trainer reads. Row-major, two bytes a token, 0-based ids.</summary>
public sealed class TokenMatrix
{
    private readonly ushort[] tokens;

    /// <summary>Wraps row-major <paramref name="tokens"/> [rows, contextWindow] without copying them.</summary>
    /// <exception cref="ArgumentException">The array is not a whole number of rows.</exception>
    public TokenMatrix(ushort[] tokens, int contextWindow, int vocabularySize)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        Require.AtLeast(contextWindow, 1, nameof(contextWindow));
        Require.AtLeast(vocabularySize, 1, nameof(vocabularySize));
        if (tokens.Length % contextWindow != 0)
        {
            throw new ArgumentException(
                $"{tokens.Length} tokens are not a whole number of rows of {contextWindow}.",
                nameof(tokens));
        }

        this.tokens = tokens;
        ContextWindow = contextWindow;
        VocabularySize = vocabularySize;
    }

    /// <summary>Number of sequences.</summary>
    public int Rows => tokens.Length / ContextWindow;

    /// <summary>Tokens of a sequence: the prompt's S and the one to predict.</summary>
    public int ContextWindow { get; }

    /// <summary>N: every token is below it.</summary>
    public int VocabularySize { get; }

    /// <summary>All tokens, row after row.</summary>
    public ReadOnlySpan<ushort> Tokens => tokens;

    /// <summary>The tokens of one sequence, oldest first.</summary>
    public ReadOnlySpan<ushort> this[int row] => tokens.AsSpan(row * ContextWindow, ContextWindow);
}
