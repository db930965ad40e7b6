using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NGram.Data.Laws;
using NGram.ML.Experiments;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.ML.Sweeps.Values;

/// <summary>
/// A setting of an experiment, found by its name: Heads, Training.LearningRate. A name without a dot is looked up in the settings
/// themselves, then in Law, Model and Training; names in Baseline and Data need the dot.
/// </summary>
/// <param name="Section">The JSON name of the record that has it; empty: the settings themselves.</param>
/// <param name="Key">Its JSON name there.</param>
/// <param name="Type">Its JSON type.</param>
internal sealed record Setting(string Section, string Key, JsonTypeInfo Type)
{
    private const string LawSection = "law", LawName = "law", BaselineSection = "baseline";

    private static readonly string[] Records = [LawSection, "model", "training", BaselineSection, "data"];

    private static readonly JsonNode DefaultBaseline =
        JsonNode.Parse(new ExperimentSettings { Baseline = new() }.ToJson())!["baseline"]!;

    /// <summary>Every setting, in the order in which names are looked up.</summary>
    public static IReadOnlyList<Setting> All { get; } =
    [
        .. Of("", typeof(ExperimentSettings)),
        .. Laws().SelectMany(law => Of(LawSection, law.DerivedType)).DistinctBy(setting => setting.Key),
        .. Of("model", typeof(TransformerOptions)),
        .. Of("training", typeof(TrainingOptions)),
        .. Of("baseline", typeof(BaselineSettings)),
        .. Of("data", typeof(DataSettings)),
    ];

    /// <summary>Whether its name needs no section.</summary>
    public bool IsShort => Section is not ("baseline" or "data") && All.First(other => Is(other.Key, Key)) == this;

    /// <summary>The shortest name that finds it, as people write it: the header of its column.</summary>
    public string Name => IsShort ? Pascal(Key) : $"{Pascal(Section)}.{Pascal(Key)}";

    /// <summary>The setting with a name, or null.</summary>
    public static Setting? Find(string name) =>
        All.FirstOrDefault(setting =>
            Is(name, $"{setting.Section}.{setting.Key}")
            || Is(name, setting.Key) && setting.Section is not ("baseline" or "data"));

    /// <summary>Whether two names mean the same setting, or are the same name.</summary>
    public static bool AreSame(string a, string b) => Find(a) is { } setting ? setting == Find(b) : Is(a, b);

    /// <summary>The setting with a name.</summary>
    /// <exception cref="InvalidDataException">There is none; the message names <paramref name="source"/>, if given.</exception>
    public static Setting Require(string name, string? source = null) =>
        Find(name) ?? throw new InvalidDataException(
            $"{(source is null ? "" : source + ": ")}{name} is not a setting; "
            + "it must be one such as Heads, VocabularySize or Training.LearningRate.");

    /// <summary>Requires a value to be valid for its type.</summary>
    /// <exception cref="InvalidDataException">It is not; the message names the setting and what is allowed.</exception>
    public void RequireValue(JsonNode? value)
    {
        // Laws have their own names, and records their own settings.
        if (Type.Kind == JsonTypeInfoKind.Object && value is JsonObject or null || Key == LawSection)
            return;
        try
        {
            _ = value.Deserialize(Type);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"{Name} is {SettingsText.Said(value)}; it must be {Allowed()}.", exception);
        }
    }

    private string Allowed()
    {
        var type = Nullable.GetUnderlyingType(Type.Type) ?? Type.Type;
        return type.IsEnum
            ? string.Join(" or ", Enum.GetValues(type).Cast<object>()
                .Select(value => JsonSerializer.SerializeToNode(value, ExperimentJson.Default.Options.GetTypeInfo(type))))
            : type == typeof(int) || type == typeof(long) ? "a whole number below 2147483648"
            : type == typeof(double) ? "a number"
            : type == typeof(bool) ? "true or false"
            : type == typeof(string) ? "a text"
            : Type.Kind == JsonTypeInfoKind.Enumerable ? "a list, such as [1, 0.5]"
            : Type.Kind == JsonTypeInfoKind.Object ? "a record of settings, which have names of their own"
            : "another value";
    }

    /// <summary>Sets it in the JSON of settings; for a record, only what the value contains, and the rest stays.</summary>
    /// <exception cref="InvalidDataException">The value is not one that it can have.</exception>
    public void Set(JsonObject settings, JsonNode? value)
    {
        RequireValue(value);
        if (Section.Length > 0)
            SectionOf(settings)[Key] = value?.DeepClone();
        else if (Key == LawSection && value is JsonValue kind)
            settings[LawSection] = Law(SettingsText.Shown(kind), settings[LawSection] as JsonObject);
        else if (value is JsonObject record && Records.Contains(Key))
            SetRecord(settings, record);
        else
            settings[Key] = value?.DeepClone();
    }

    private void SetRecord(JsonObject settings, JsonObject record)
    {
        // The law's name first, since it decides which options there are.
        if (Key == LawSection && record[LawName] is { } law)
            Set(settings, law);
        if (settings[Key] is null)
            settings[Key] = Key == BaselineSection ? DefaultBaseline.DeepClone() : new JsonObject();
        foreach (var (name, value) in record.Where(member => Key != LawSection || member.Key != LawName))
            Require($"{Name}.{name}").Set(settings, value);
    }

    /// <summary>Its value in the JSON of settings.</summary>
    public JsonNode? Get(JsonObject settings) =>
        Section.Length == 0 && Key == LawSection ? settings[LawSection]?[LawName]
        : Section.Length == 0 ? settings[Key]
        : settings[Section]?[Key];

    private JsonObject SectionOf(JsonObject settings)
    {
        if (settings[Section] is not JsonObject existing)
        {
            existing = Section == BaselineSection ? (JsonObject)DefaultBaseline.DeepClone() : [];
            settings[Section] = existing;
        }
        return existing;
    }

    /// <summary>A law by its name in files; it keeps those options of the previous law that it has.</summary>
    private static JsonObject Law(string name, JsonObject? before)
    {
        var type = Laws().FirstOrDefault(law => Is(law.TypeDiscriminator as string ?? "", name))?.DerivedType
            ?? throw new InvalidDataException(
                $"Law is {name}; it must be {string.Join(" or ", Laws().Select(law => law.TypeDiscriminator))}.");
        var law = (JsonObject)JsonSerializer.SerializeToNode(
            (NGramLaw)Activator.CreateInstance(type)!,
            ExperimentJson.Default.NGramLaw)!;
        foreach (string key in law.Select(option => option.Key).Where(key => key != LawName).ToList())
        {
            if (before?[key] is { } kept)
                law[key] = kept.DeepClone();
        }
        return law;
    }

    private static IEnumerable<JsonDerivedTypeAttribute> Laws() =>
        typeof(NGramLaw).GetCustomAttributes<JsonDerivedTypeAttribute>();

    private static IEnumerable<Setting> Of(string section, Type type) =>
        ExperimentJson.Default.GetTypeInfo(type)!.Properties
            .Where(property => property is { Set: not null, Get: not null })
            .Select(property => new Setting(section, property.Name, ExperimentJson.Default.GetTypeInfo(property.PropertyType)!));

    private static string Pascal(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private static bool Is(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
