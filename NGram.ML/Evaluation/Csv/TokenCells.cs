using System.Globalization;
using System.Text;
using CsvHelper;
using NGram.Data.IO;

namespace NGram.ML.Evaluation.Csv;

/// <summary>Tokens as cells of a CSV file in UTF-8: ids, or the data's own texts, quoted where they have to be.</summary>
internal sealed class TokenCells
{
    private readonly IReadOnlyList<string>? texts;
    private readonly byte[][] cells;
    private readonly bool areQuoted;

    /// <param name="vocabularySize">N.</param>
    /// <param name="texts">What the N tokens are written as; null: their ids.</param>
    public TokenCells(int vocabularySize, IReadOnlyList<string>? texts)
    {
        this.texts = texts;
        cells = new byte[vocabularySize][];
        for (int token = 0; token < vocabularySize; token++)
        {
            string text = TextOf(token);
            cells[token] = Encoding.UTF8.GetBytes(texts is null ? text : Quote(text));
            areQuoted |= cells[token].AsSpan().IndexOf((byte)'"') >= 0;
        }
    }

    /// <summary>The columns Top1, Top1Probability, ..., with a comma after each.</summary>
    public static string TopColumns(int count) =>
        string.Concat(
            Enumerable
                .Range(1, count)
                .Select(rank => string.Create(CultureInfo.InvariantCulture, $"Top{rank},Top{rank}Probability,")));

    /// <summary>The cell of a token.</summary>
    public ReadOnlySpan<byte> this[int token] => cells[token];

    /// <summary>Appends the cell of a context: its tokens, separated by spaces.</summary>
    public void AppendContext(CsvBuffer buffer, ReadOnlySpan<ushort> context)
    {
        if (areQuoted)
        {
            buffer.Cell(Encoding.UTF8.GetBytes(Quote(string.Join(' ', context.ToArray().Select(token => TextOf(token))))));
            return;
        }
        for (int i = 0; i < context.Length; i++)
        {
            if (i > 0)
                buffer.Append(" "u8);
            buffer.Append(cells[context[i]]);
        }
        buffer.Append(","u8);
    }

    private string TextOf(int token) => texts?[token] ?? token.ToString(CultureInfo.InvariantCulture);

    private static string Quote(string text)
    {
        using var quoted = new StringWriter(CultureInfo.InvariantCulture);
        using (var writer = new CsvWriter(quoted, CultureInfo.InvariantCulture, leaveOpen: true))
            writer.WriteField(text);
        return quoted.ToString();
    }
}
