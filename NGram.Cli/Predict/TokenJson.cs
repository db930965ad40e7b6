using System.Text.Json.Nodes;
using NGram.Data.Keys;

namespace NGram.Cli.Predict;

/// <summary>Tokens as JSON: ids as numbers, the data's own tokens as text.</summary>
internal static class TokenJson
{
    /// <summary>What a token stands for.</summary>
    public static JsonNode Of(object value) => value is int id ? JsonValue.Create(id) : JsonValue.Create(KeyColumn.TextOf(value));

    /// <summary>What tokens stand for.</summary>
    public static JsonArray Of(ushort[] tokens, Vocabulary vocabulary) =>
        [.. tokens.Select(token => Of(vocabulary.Values[token]))];
}
