using System.Text.Json;

namespace NGram.Cli.Terminal;

/// <summary>Results as JSON, the same for every command: camelCase, indented.</summary>
internal static class JsonText
{
    /// <summary>The format of the JSON.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>A result as JSON.</summary>
    public static string Of<T>(T result) => JsonSerializer.Serialize(result, Options);
}
