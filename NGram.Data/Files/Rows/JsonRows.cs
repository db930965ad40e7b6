using System.Text.Json;
using NGram.Data.Text;
using NGram.Data.Views;

namespace NGram.Data.Files.Rows;

/// <summary>A JSON value a line: an object with token0, token1, ... or with Context and Label, or an array of tokens.</summary>
internal sealed class JsonRows(Stream stream, string path, ITokenFinder texts) : RowReader
{
    private readonly StreamReader reader = new(new CheckedUtf8Stream(stream, path), bufferSize: 1 << 16);
    private long line;

    /// <inheritdoc/>
    public override string Place => FormattableString.Invariant($"{path}, line {line}");

    /// <inheritdoc/>
    public override void Dispose() => reader.Dispose();

    /// <inheritdoc/>
    protected override bool ReadRow()
    {
        while (reader.ReadLine() is { } text)
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
                continue;
            try
            {
                using var document = JsonDocument.Parse(text);
                AddRow(document.RootElement);
            }
            // An unpaired surrogate shows as InvalidOperationException only when the text is read.
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                throw Fault($"the line is not valid JSON: {exception.Message}", exception);
            }
            return true;
        }
        return false;
    }

    private void AddRow(JsonElement row)
    {
        HasNames = false;
        if (row.ValueKind == JsonValueKind.Array)
        {
            AddAll(row);
            return;
        }
        if (row.ValueKind != JsonValueKind.Object)
            throw Fault("a line must be an object or an array of tokens.");
        // Once through: a line may have a million properties, and each search would pass them all.
        var properties = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var property in row.EnumerateObject())
            properties[property.Name] = property.Value;
        if (properties.TryGetValue(SequenceColumns.Context, out var context))
        {
            if (context.ValueKind != JsonValueKind.Array)
                throw Fault("Context must be an array of tokens.");
            AddAll(context);
            AddToken(properties.TryGetValue(SequenceColumns.Label, out var label) ? label : throw Fault("Label is missing."));
        }
        else
        {
            int count = 0;
            for (; properties.TryGetValue(TokenColumns.NameOf(count), out var token); count++)
                AddToken(token);
            HasNames = true;
            if (count == 0)
                throw Fault("there are neither token0, token1, ... nor Context and Label.");
        }
    }

    private void AddAll(JsonElement tokens)
    {
        foreach (var token in tokens.EnumerateArray())
            AddToken(token);
    }

    private void AddToken(JsonElement token) => Add(token.ValueKind switch
    {
        JsonValueKind.Number => texts.Find(token.GetRawText(), () => Place),
        JsonValueKind.String => texts.Find(token.GetString(), () => Place),
        _ => throw Fault($"a token is a number or a text, not {token.ValueKind}."),
    });
}
