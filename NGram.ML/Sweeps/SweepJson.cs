using System.Text.Json;
using System.Text.Json.Nodes;
using NGram.Data.Checks;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>
/// Sweeps as JSON. The input may be short: settings by name, axes as lists or ranges, parts that inherit from the whole what they
/// do not set, presets by name. The output has every setting.
/// </summary>
internal static class SweepJson
{
    private static readonly string[] Known =
    [
        "$schema", "$comment", "name", "title", "about", "settings", "axes", "derived", "repetitions", "best", "search", "table",
        "fit", "against", "hasBounds", "parts",
    ];

    private const string Text = "a text", PartsKind = "a list of sweeps and of names of presets";
    private static readonly string[] RangeMembers = ["from", "to", "step"];

    private static readonly JsonDocumentOptions Lenient = new()
    {
        AllowDuplicateProperties = false,
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    private static readonly JsonSerializerOptions Plain = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
    };

    public static Sweep Read(string json, string source)
    {
        try
        {
            return JsonNode.Parse(json, null, Lenient) is JsonObject sweep
                ? Read(sweep, new Sweep { Name = "sweep" }, source)
                : throw new InvalidDataException($"{source} does not hold a sweep: it must be a JSON object.");
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw new InvalidDataException($"{source} does not hold a sweep: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is OptionException or FormatException)
        {
            throw new InvalidDataException($"{source}: {exception.Message}", exception);
        }
    }

    public static string Write(Sweep sweep) => Tree(sweep).ToJsonString(Plain);

    /// <summary>Everything that it sets; numbers and names as they are read.</summary>
    public static JsonObject Tree(Sweep sweep)
    {
        var tree = new JsonObject { ["name"] = sweep.Name, ["title"] = sweep.Title };
        if (sweep.About.Length > 0)
            tree["about"] = sweep.About;
        if (sweep.Against is { } against)
            tree["against"] = against;
        if (sweep.HasBounds)
            tree["hasBounds"] = true;
        if (sweep.Parts.Count > 0)
        {
            tree["parts"] = new JsonArray([.. sweep.Parts.Select(Tree)]);
            return tree;
        }
        tree["settings"] = SettingsText.Json(sweep.Settings);
        tree["axes"] = new JsonObject(sweep.Axes.Select(axis => KeyValuePair.Create(
            axis.Setting,
            (JsonNode?)new JsonArray([.. axis.Values.Select(value => JsonNode.Parse(value))]))));
        tree["derived"] = new JsonObject(
            sweep.Derived.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)JsonValue.Create(one.Value))));
        tree["repetitions"] = sweep.Repetitions;
        if (sweep.Best is { } best)
            tree["best"] = JsonSerializer.SerializeToNode(best, Plain);
        if (sweep.Search is { } search)
            tree["search"] = JsonSerializer.SerializeToNode(search, Plain);
        if (sweep.Table is { } table)
            tree["table"] = JsonSerializer.SerializeToNode(table, Plain);
        if (sweep.Fit is { } fit)
            tree["fit"] = JsonSerializer.SerializeToNode(fit, Plain);
        return tree;
    }

    private static Sweep Read(JsonObject tree, Sweep whole, string source)
    {
        if (tree.FirstOrDefault(member => !Known.Contains(member.Key)) is { Key: { } unknown })
        {
            throw new InvalidDataException(
                $"{source}: {unknown} is not a part of a sweep; it has {string.Join(", ", Known[2..])}.");
        }
        var sweep = whole with
        {
            Name = Value(tree, "name", whole.Name, Text),
            Title = Value(tree, "title", whole.Title, Text),
            About = Value(tree, "about", "", Text),
            Settings = ReadSettings(Members(tree, "settings"), whole.Settings, source),
            Axes = ReadAxes(Members(tree, "axes"), whole.Axes),
            Derived = ReadDerived(Members(tree, "derived"), whole.Derived),
            Repetitions = Value(tree, "repetitions", whole.Repetitions, "a whole number"),
            Best = Record(tree, "best", whole.Best),
            Search = Record(tree, "search", whole.Search),
            Table = Record(tree, "table", whole.Table),
            Fit = Record(tree, "fit", whole.Fit),
            Against = tree["against"] is null ? null : Checked("against", Value(tree, "against", "", Text)),
            HasBounds = Value(tree, "hasBounds", false, "true or false"),
            Parts = [],
        };
        Require.AtLeast(sweep.Repetitions, 1, nameof(Sweep.Repetitions));
        if (tree["parts"] is not { } given)
            return sweep;
        var parts = given is JsonArray { Count: > 0 } list ? list : throw Wrong("parts", given, PartsKind);
        return new Sweep
        {
            Name = sweep.Name,
            Title = sweep.Title,
            About = sweep.About,
            Against = sweep.Against,
            HasBounds = sweep.HasBounds,
            Parts = [.. parts.Select(part => part is JsonObject own
                ? Read(own, sweep, source)
                : part is JsonValue name && name.TryGetValue(out string? preset) ? SweepPresets.Get(preset)
                : throw Wrong("parts", part, PartsKind))],
        };
    }

    private static FormatException Wrong(string name, JsonNode? value, string kind) =>
        new($"{name} is {SettingsText.Said(value)}; it must be {kind}.");

    private static T Value<T>(JsonObject tree, string name, T otherwise, string kind) =>
        tree[name] is not { } given ? otherwise
        : given is JsonValue value && value.TryGetValue(out T? own) ? own
        : throw Wrong(name, given, kind);

    private static JsonObject? Members(JsonObject tree, string name) => tree[name] is not { } given
        ? null
        : given as JsonObject ?? throw Wrong(name, given, "an object of names and values");

    private static T? Record<T>(JsonObject tree, string name, T? otherwise) where T : class
    {
        if (tree[name] is not { } given)
            return otherwise;
        try
        {
            return given.Deserialize<T>(Plain);
        }
        catch (JsonException)
        {
            var members = typeof(T).GetProperties().Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Name));
            throw Wrong(name, given, $"an object of {string.Join(", ", members)}, as 'ngram sweep schema' has them");
        }
    }

    /// <summary>Requires a valid formula.</summary>
    private static string Checked(string name, string formula)
    {
        try
        {
            _ = Formula.Names(formula);
            return formula;
        }
        catch (FormatException exception)
        {
            throw new FormatException($"{name}: {exception.Message}", exception);
        }
    }

    private static ExperimentSettings ReadSettings(JsonObject? given, ExperimentSettings whole, string source)
    {
        if (given is null)
            return whole;
        var settings = SettingsText.Json(whole);
        foreach (var (name, value) in given)
            Setting.Require(name, source).Set(settings, value);
        return ExperimentSettings.FromJson(settings.ToJsonString(), source);
    }

    private static IReadOnlyList<SweepAxis> ReadAxes(JsonObject? given, IReadOnlyList<SweepAxis> whole)
    {
        if (given is null)
            return whole;
        var own = given.Select(axis => ReadAxis(axis.Key, axis.Value)).ToList();
        foreach (var axis in own)
            axis.Validate();
        return [.. whole.Where(axis => !own.Exists(other => other.Setting == axis.Setting)), .. own];
    }

    private static SweepAxis ReadAxis(string name, JsonNode? values) => values switch
    {
        JsonArray list => new(name, [.. list.Select(value => value?.ToJsonString() ?? "null")]),
        JsonObject range when range.ContainsKey("from") => ReadRange(name, range),
        _ => new(name, [values?.ToJsonString() ?? "null"]),
    };

    private static SweepAxis ReadRange(string name, JsonObject range)
    {
        double Number(string member) => SettingsText.Number(range[member])
            ?? throw Wrong(name, range, "a list of values, or a range with the numbers from, to and perhaps step");
        if (range.Any(member => !RangeMembers.Contains(member.Key)))
            _ = Number("");
        return SweepAxis.Range(name, Number("from"), Number("to"), range.ContainsKey("step") ? Number("step") : 1);
    }

    private static IReadOnlyDictionary<string, string> ReadDerived(JsonObject? given, IReadOnlyDictionary<string, string> whole)
    {
        if (given is null)
            return whole;
        var derived = new Dictionary<string, string>(whole, StringComparer.OrdinalIgnoreCase);
        foreach (string name in given.Select(one => one.Key))
            derived[name] = Checked(name, Value(given, name, "", "a formula, in quotes"));
        return derived;
    }
}
