using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGram.ML.Experiments;

namespace NGram.ML.Sweeps.Values;

/// <summary>Settings as lines PATH=VALUE, which tell two of them apart and from which an identity is made.</summary>
internal static class SettingsText
{
    /// <summary>A sweep's default settings: the notebook's, without a baseline.</summary>
    public static ExperimentSettings Defaults { get; } = new() { Baseline = null };

    private const int LongestSaid = 80;

    private static readonly Dictionary<string, string> DefaultValues = Values(Json(Defaults));

    /// <summary>The settings as JSON that can be changed.</summary>
    public static JsonObject Json(ExperimentSettings settings)
    {
        var json = (JsonObject)JsonNode.Parse(settings.ToJson())!;
        json.Remove("rows"); // follows from the others
        return json;
    }

    /// <summary>
    /// Every value that is not the default, in order, so that a setting added in a later version leaves the text unchanged.
    /// </summary>
    public static string Of(ExperimentSettings settings) => string.Join(
        '\n',
        Values(Json(settings))
            .Where(value => DefaultValues.GetValueOrDefault(value.Key, "null") != value.Value)
            .OrderBy(value => value.Key, StringComparer.Ordinal)
            .Select(value => $"{value.Key}={value.Value}"));

    /// <summary>The values of a JSON tree by their paths, as JSON; lists are values, except for lists of named objects.</summary>
    public static Dictionary<string, string> Values(JsonNode tree)
    {
        var values = new Dictionary<string, string>();
        Collect("", tree, values);
        return values;
    }

    private static void Collect(string path, JsonNode? node, Dictionary<string, string> values)
    {
        if (node is JsonArray list && list.Count > 0 && list.All(item => item is JsonObject named && named.ContainsKey("name")))
        {
            foreach (var item in list)
                Collect($"{path}[{Shown(item!["name"])}]", item, values);
        }
        else if (node is JsonObject inner)
        {
            foreach (var (key, value) in inner)
                Collect(path.Length == 0 ? key : $"{path}.{key}", value, values);
        }
        else
        {
            values[path] = node?.ToJsonString() ?? "null";
        }
    }

    /// <summary>A value as a number; null if it is something else.</summary>
    public static double? Number(JsonNode? value) =>
        value?.GetValueKind() == JsonValueKind.Number
            ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture)
            : null;

    /// <summary>A form in which equal values are equal: 0.1 and 1e-1 are the same.</summary>
    public static string Key(JsonNode? value) =>
        Number(value)?.ToString(CultureInfo.InvariantCulture) ?? value?.ToJsonString() ?? "null";

    /// <summary>A value as a message shows it.</summary>
    public static string Said(JsonNode? value)
    {
        string text = value is null ? "null" : Shown(value);
        return text.Length <= LongestSaid ? text : text[..LongestSaid] + "...";
    }

    /// <summary>A value as a table shows it: text without its quotes.</summary>
    public static string Shown(JsonNode? value) =>
        value is null ? ""
        : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>()
        : value.ToJsonString();
}
