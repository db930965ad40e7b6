using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NGram.Tests.Cli.Sweeping;

/// <summary>
/// Checks JSON by a schema, as far as the schema here goes: type, enum, pattern, minimum, required, properties,
/// additionalProperties, items, $ref.
/// </summary>
internal static class JsonSchema
{
    /// <summary>What a value breaks, each with its place.</summary>
    public static IEnumerable<string> Broken(JsonObject schema, JsonNode? value) => Broken(schema, schema, value, "$");

    private static IEnumerable<string> Broken(JsonObject root, JsonObject schema, JsonNode? value, string place)
    {
        if (schema["$ref"] is { } name)
            schema = (JsonObject)root["$defs"]![name.GetValue<string>().Split('/')[^1]]!;
        if (schema["type"] is { } type && !Is(value, type.GetValue<string>()))
            return [$"{place} is not of the type {type}"];
        if (schema["enum"] is JsonArray allowed && !allowed.Any(one => JsonNode.DeepEquals(one, value)))
            return [$"{place} is {value?.ToJsonString()}, which is not one of {allowed.ToJsonString()}"];
        if (schema["pattern"] is { } pattern && !Regex.IsMatch(value!.GetValue<string>(), pattern.GetValue<string>()))
            return [$"{place} is {value.ToJsonString()}, which is not like {pattern}"];
        if (schema["minimum"] is { } least && Number(value!) < Number(least))
            return [$"{place} is {value!.ToJsonString()}, which is below {least}"];
        return value switch
        {
            JsonObject inner => OfObject(root, schema, inner, place),
            JsonArray list when schema["items"] is JsonObject items =>
                list.SelectMany((item, i) => Broken(root, items, item, $"{place}[{i}]")),
            _ => [],
        };
    }

    private static IEnumerable<string> OfObject(JsonObject root, JsonObject schema, JsonObject value, string place)
    {
        var known = schema["properties"] as JsonObject ?? [];
        var others = schema["additionalProperties"];
        foreach (string name in (schema["required"] as JsonArray ?? []).Select(one => one!.GetValue<string>()))
        {
            if (!value.ContainsKey(name))
                yield return $"{place}.{name} is missing";
        }
        foreach (var (name, inner) in value)
        {
            if ((known[name] ?? others) is JsonObject own)
            {
                foreach (string broken in Broken(root, own, inner, $"{place}.{name}"))
                    yield return broken;
            }
            else if (others?.GetValueKind() == JsonValueKind.False)
            {
                yield return $"{place}.{name} is not known";
            }
        }
    }

    private static double Number(JsonNode value) => double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture);

    private static bool Is(JsonNode? value, string type) => (value?.GetValueKind(), type) switch
    {
        (JsonValueKind.Object, "object") or (JsonValueKind.Array, "array") or (JsonValueKind.String, "string") => true,
        (JsonValueKind.True or JsonValueKind.False, "boolean") => true,
        (JsonValueKind.Number, "integer") => Number(value!) == Math.Floor(Number(value!)),
        _ => false,
    };
}
