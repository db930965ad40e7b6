using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>The JSON schema of sweeps (draft 2020-12).</summary>
internal static class SweepSchema
{
    private const string Id = "urn:ngram:sweep";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Text()
    {
        var sweep = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["$id"] = Id,
            ["title"] = "A sweep of NGram",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = new JsonObject
            {
                ["$schema"] = new JsonObject { ["type"] = "string" },
                ["$comment"] = new JsonObject { ["description"] = "For human readers; it has no effect." },
                ["name"] = Said("string", "Its name in tables."),
                ["title"] = Said("string", "What it shows, in one line."),
                ["about"] = Said("string", "What readers of its report should know, in a paragraph or one a line."),
                ["settings"] = Settings(),
                ["axes"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "What varies: lists or ranges by setting or variable; the last varies fastest.",
                    ["properties"] = Named(_ => new JsonObject { ["$ref"] = "#/$defs/values" }),
                    ["additionalProperties"] = new JsonObject { ["$ref"] = "#/$defs/values" },
                },
                ["derived"] = new JsonObject
                {
                    ["type"] = "object",
                    ["description"] = "Settings as formulas over settings and variables.",
                    ["additionalProperties"] = new JsonObject { ["type"] = "string" },
                },
                ["repetitions"] = new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
                ["best"] = JsonSerializerOptions.Web.GetJsonSchemaAsNode(typeof(SweepBest)),
                ["search"] = JsonSerializerOptions.Web.GetJsonSchemaAsNode(typeof(SweepSearch)),
                ["table"] = JsonSerializerOptions.Web.GetJsonSchemaAsNode(typeof(SweepTable)),
                ["fit"] = JsonSerializerOptions.Web.GetJsonSchemaAsNode(typeof(SweepFit)),
                ["against"] = Said("string", "Draws an additional figure against this: Parameters, or a formula."),
                ["hasBounds"] = Said("boolean", "Whether the report has the table of bounds, for one of its models."),
                ["parts"] = new JsonObject
                {
                    ["type"] = "array",
                    ["description"] = "Sweeps that this one consists of, or names of presets.",
                    ["items"] = new JsonObject
                    {
                        ["anyOf"] = new JsonArray(
                            new JsonObject { ["$ref"] = "#" },
                            new JsonObject
                            {
                                ["enum"] = new JsonArray([.. SweepPresets.Names.Select(name => JsonValue.Create(name))]),
                            }),
                    },
                },
            },
            ["$defs"] = new JsonObject
            {
                ["values"] = new JsonObject
                {
                    ["anyOf"] = new JsonArray(
                        new JsonObject { ["type"] = "array", ["minItems"] = 1, ["uniqueItems"] = true },
                        new JsonObject
                        {
                            ["type"] = "object",
                            ["required"] = new JsonArray("from", "to"),
                            ["additionalProperties"] = false,
                            ["properties"] = new JsonObject
                            {
                                ["from"] = new JsonObject { ["type"] = "number" },
                                ["to"] = new JsonObject { ["type"] = "number" },
                                ["step"] = new JsonObject { ["type"] = "number" },
                            },
                        }),
                },
            },
        };
        return sweep.ToJsonString(Indented);
    }

    /// <summary>Settings by their short names, or inside their records.</summary>
    private static JsonObject Settings()
    {
        var properties = Named(setting => ExperimentJson.Default.Options.GetJsonSchemaAsNode(setting.Type.Type));
        foreach (string record in (string[])["law", "model", "training", "baseline", "data"])
            properties[record] = new JsonObject { ["type"] = new JsonArray("object", "string", "null") };
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "What all trials share: settings by name, such as Heads, or records as in settings.json.",
            ["properties"] = properties,
        };
    }

    private static JsonObject Named(Func<Setting, JsonNode> schema) =>
        new(Setting.All.Select(setting => KeyValuePair.Create(setting.Name, (JsonNode?)schema(setting))));

    private static JsonObject Said(string type, string description) =>
        new() { ["type"] = type, ["description"] = description };
}
