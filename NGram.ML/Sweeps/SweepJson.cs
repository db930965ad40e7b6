using System.Text.Json;
using System.Text.Json.Nodes;
using NGram.Data.Checks;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>
/// Sweeps as JSON. What is read is short: settings by their names, axes as lists or ranges, parts that take from the whole what
/// they do not say, presets by their names. What is written has every setting.
/// </summary>
internal static class SweepJson
{
    private static readonly string[] Known =
    [
        "$schema", "$comment", "name", "title", "about", "settings", "axes", "derived", "repetitions", "best", "search", "table",
        "fit", "against", "hasBounds", "parts",
    ];

    private static readonly JsonDocumentOptions Lenient = new()
    {
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
            when (exception is JsonException or InvalidOperationException or FormatException or NotSupportedException)
        {
            throw new InvalidDataException($"{source} does not hold a sweep: {exception.Message}", exception);
        }
        catch (OptionException exception)
        {
            throw new InvalidDataException($"{source}: {exception.Message}", exception);
        }
    }

    public static string Write(Sweep sweep) => Tree(sweep).ToJsonString(Plain);

    /// <summary>Everything that it says; numbers and names as they are read.</summary>
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
            Name = tree["name"]?.GetValue<string>() ?? whole.Name,
            Title = tree["title"]?.GetValue<string>() ?? whole.Title,
            About = tree["about"]?.GetValue<string>() ?? "",
            Settings = ReadSettings(tree["settings"], whole.Settings, source),
            Axes = ReadAxes(tree["axes"], whole.Axes),
            Derived = ReadDerived(tree["derived"], whole.Derived),
            Repetitions = tree["repetitions"]?.GetValue<int>() ?? whole.Repetitions,
            Best = tree["best"]?.Deserialize<SweepBest>(Plain) ?? whole.Best,
            Search = tree["search"]?.Deserialize<SweepSearch>(Plain) ?? whole.Search,
            Table = tree["table"]?.Deserialize<SweepTable>(Plain) ?? whole.Table,
            Fit = tree["fit"]?.Deserialize<SweepFit>(Plain) ?? whole.Fit,
            Against = ReadAgainst(tree["against"]),
            HasBounds = tree["hasBounds"]?.GetValue<bool>() ?? false,
            Parts = [],
        };
        Require.AtLeast(sweep.Repetitions, 1, nameof(Sweep.Repetitions));
        if (tree["parts"] is not JsonArray parts)
            return sweep;
        return new Sweep
        {
            Name = sweep.Name,
            Title = sweep.Title,
            About = sweep.About,
            Against = sweep.Against,
            HasBounds = sweep.HasBounds,
            Parts = [.. parts.Select(part => part is JsonObject own
                ? Read(own, sweep, source)
                : SweepPresets.Get(part?.GetValue<string>() ?? ""))],
        };
    }

    private static ExperimentSettings ReadSettings(JsonNode? given, ExperimentSettings whole, string source)
    {
        if (given is null)
            return whole;
        var settings = SettingsText.Json(whole);
        foreach (var (name, value) in given.AsObject())
            Set(settings, name, value, source);
        return ExperimentSettings.FromJson(settings.ToJsonString(), source);
    }

    /// <summary>A setting by its name, or a record of settings.</summary>
    private static void Set(JsonObject settings, string name, JsonNode? value, string source)
    {
        var setting = Setting.Require(name, source);
        if (value is not JsonObject section)
        {
            setting.Set(settings, value);
            return;
        }
        // The law's name first: its options are those of that law.
        if (section.FirstOrDefault(member => setting.Key == "law" && member.Key == "law").Value is { } law)
            setting.Set(settings, law);
        else if (settings[setting.Key] is null)
            setting.Set(settings, new JsonObject());
        foreach (var (key, inner) in section.Where(member => setting.Key != "law" || member.Key != "law"))
            Setting.Require($"{name}.{key}", source).Set(settings, inner);
    }

    private static IReadOnlyList<SweepAxis> ReadAxes(JsonNode? given, IReadOnlyList<SweepAxis> whole)
    {
        if (given is null)
            return whole;
        var own = given.AsObject().Select(axis => ReadAxis(axis.Key, axis.Value)).ToList();
        foreach (var axis in own)
            axis.Validate();
        return [.. whole.Where(axis => !own.Exists(other => other.Setting == axis.Setting)), .. own];
    }

    private static SweepAxis ReadAxis(string name, JsonNode? values) => values switch
    {
        JsonArray list => new(name, [.. list.Select(value => value?.ToJsonString() ?? "null")]),
        JsonObject range => SweepAxis.Range(
            name,
            Number(range, "from"),
            Number(range, "to"),
            range.ContainsKey("step") ? Number(range, "step") : 1),
        _ => new(name, [values?.ToJsonString() ?? "null"]),
    };

    private static string? ReadAgainst(JsonNode? given)
    {
        string? formula = given?.GetValue<string>();
        _ = Formula.Names(formula ?? "0"); // checks it
        return formula;
    }

    private static double Number(JsonObject range, string member) =>
        range[member]?.GetValue<double>() ?? throw new FormatException($"a range has no '{member}'.");

    private static IReadOnlyDictionary<string, string> ReadDerived(JsonNode? given, IReadOnlyDictionary<string, string> whole)
    {
        if (given is null)
            return whole;
        var derived = new Dictionary<string, string>(whole, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, formula) in given.AsObject())
        {
            derived[name] = formula?.GetValue<string>() ?? throw new FormatException($"{name} has no formula.");
            _ = Formula.Names(derived[name]); // checks it
        }
        return derived;
    }
}
