using System.Text;

namespace NGram.Data.Text;

/// <summary>Cuts streams into tokens, in memory that goes with the longest token and not with lines.</summary>
internal sealed class Tokenizer(TokenUnit unit)
{
    private const string HexadecimalDigits = "0123456789abcdef";

    // No language has such words: a file of something else.
    private const int LongestWord = 1 << 20;

    private readonly StringBuilder word = new();
    private bool isStopped;

    /// <summary>Takes a token; the characters are good during the call alone.</summary>
    public delegate void Receive(ReadOnlySpan<char> token);

    /// <summary>The line of the token that is received.</summary>
    public long Line { get; private set; }

    /// <summary>Ends the reading after the token that is received.</summary>
    public void Stop() => isStopped = true;

    /// <summary>Reads a stream to its end.</summary>
    /// <exception cref="InvalidDataException">It is not UTF-8, and characters are asked for.</exception>
    public void Read(Stream stream, string path, Receive receive, CancellationToken cancellation)
    {
        Line = 1;
        switch (unit)
        {
            case TokenUnit.Byte:
                ReadBytes(stream, receive, cancellation);
                break;
            case TokenUnit.Character:
                ReadCharacters(new(stream, path), receive, cancellation);
                break;
            default:
                ReadWords(new(stream, path), path, receive, cancellation);
                break;
        }
    }

    private void ReadBytes(Stream stream, Receive receive, CancellationToken cancellation)
    {
        byte[] buffer = new byte[1 << 16];
        Span<char> token = stackalloc char[2];
        while (!isStopped && stream.Read(buffer) is var count and > 0)
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (byte value in buffer.AsSpan(0, count))
            {
                (token[0], token[1]) = (HexadecimalDigits[value >> 4], HexadecimalDigits[value & 15]);
                receive(token);
                if (value == '\n')
                    Line++;
            }
        }
    }

    private void ReadCharacters(Utf8Reader reader, Receive receive, CancellationToken cancellation)
    {
        Span<char> token = stackalloc char[2];
        for (int count = 0; !isStopped && reader.TryRead(out var rune); count++)
        {
            if ((count & 0xFFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            receive(token[..rune.EncodeToUtf16(token)]);
            if (rune.Value == '\n')
                Line++;
        }
    }

    private void ReadWords(Utf8Reader reader, string path, Receive receive, CancellationToken cancellation)
    {
        Span<char> characters = stackalloc char[2];
        Rune? apostrophe = null;
        word.Clear();
        for (int count = 0; !isStopped && reader.TryRead(out var rune); count++)
        {
            if ((count & 0xFFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            if (IsOfWord(rune))
            {
                Append(word, ref apostrophe);
                word.Append(characters[..rune.EncodeToUtf16(characters)]);
                if (word.Length <= LongestWord)
                    continue;
                throw new InvalidDataException(
                    FormattableString.Invariant(
                        $"{path}, line {Line}: a word has more than {LongestWord} characters, so this is not running text."));
            }
            if (apostrophe is null && word.Length > 0 && rune.Value is '\'' or '\u2019')
            {
                apostrophe = rune;
                continue;
            }
            EndWord(receive, ref apostrophe);
            if (!Rune.IsWhiteSpace(rune))
                receive(characters[..rune.EncodeToUtf16(characters)]);
            if (rune.Value == '\n')
                Line++;
        }
        EndWord(receive, ref apostrophe);
    }

    private void EndWord(Receive receive, ref Rune? apostrophe)
    {
        if (word.Length > 0)
            receive(word.ToString());
        word.Clear();
        Append(word, ref apostrophe);
        if (word.Length > 0)
            receive(word.ToString());
        word.Clear();
    }

    private static void Append(StringBuilder word, ref Rune? apostrophe)
    {
        if (apostrophe is { } rune)
            word.Append(rune.ToString());
        apostrophe = null;
    }

    private static bool IsOfWord(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || rune.Value == '_'
        || Rune.GetUnicodeCategory(rune)
            is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}
