using System.Text.Json.Nodes;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>A combination of the axes' values, which every repetition runs.</summary>
/// <param name="Sweep">The sweep without parts that it belongs to.</param>
/// <param name="Values">The axes' values by their names.</param>
/// <param name="Json">The settings as JSON.</param>
/// <param name="Settings">The settings, before the initial seed is derived.</param>
internal sealed record SweepPoint(
    Sweep Sweep,
    IReadOnlyDictionary<string, JsonNode?> Values,
    JsonObject Json,
    ExperimentSettings Settings)
{
    /// <summary>What identifies the settings.</summary>
    public string Text { get; } = SettingsText.Of(Settings);

    /// <summary>The value of a setting or variable.</summary>
    public JsonNode? Get(string name) => Values.TryGetValue(name, out var value) ? value : Setting.Find(name)?.Get(Json);

    /// <summary>The values of some settings or variables, as NAME=VALUE with spaces between.</summary>
    public string Named(IEnumerable<string> names) =>
        string.Join(' ', names.Select(name => $"{name}={SettingsText.Shown(Get(name))}"));

    /// <summary>Tells points apart, ignoring some axes and case.</summary>
    public string Without(params IReadOnlyList<string?> axes) => string.Join(
        '\n',
        Values.Where(value => !axes.Contains(value.Key, StringComparer.OrdinalIgnoreCase))
            .Select(value => $"{value.Key}={value.Value?.ToJsonString()}"));

    /// <summary>The value of a formula over settings and variables.</summary>
    /// <exception cref="InvalidDataException">A name is not a number.</exception>
    public double Number(string formula) => Formula.Evaluate(formula, name =>
        SettingsText.Number(Get(name))
            ?? throw new InvalidDataException($"{Sweep.Name}: {name} in '{formula}' is not a number."));
}
