using System.Text.Json;

namespace NGram.Cli.Terminal;

/// <summary>Results as the JSON of every command: camelCase, indented.</summary>
internal static class JsonText
{
    /// <summary>How it is written.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>A result as JSON.</summary>
    public static string Of<T>(T result) => JsonSerializer.Serialize(result, Options);
}
