using System.Text.Json.Nodes;
using NGram.Data.Checks;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>Changes to a sweep, the same in each of its parts: what the flags of <c>ngram sweep run</c> do.</summary>
public static class SweepEdits
{
    /// <summary>Sets an axis or a value, by the name of the setting or variable; --set.</summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="name">Its name.</param>
    /// <param name="values">Values separated by commas; a single one is a value, several are an axis.</param>
    /// <exception cref="InvalidDataException">The name is neither, or a value does not fit.</exception>
    public static Sweep Set(this Sweep sweep, string name, string values)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentException.ThrowIfNullOrEmpty(values);
        return sweep.Set(SweepAxis.Parse(name, values));
    }

    /// <summary>Sets an axis, or a value where it has only one.</summary>
    /// <exception cref="InvalidDataException">Its name is neither a setting nor a variable, or a value does not fit.</exception>
    /// <exception cref="OptionException">It has no value, or one twice.</exception>
    public static Sweep Set(this Sweep sweep, SweepAxis given)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        ArgumentNullException.ThrowIfNull(given);
        string name = given.Setting;
        var setting = Setting.Find(name);
        bool Has(Sweep leaf) => leaf.Axes.Any(axis => Is(axis, name, setting));
        if (setting is null && !sweep.Leaves.Any(Has))
            _ = Setting.Require(name);
        given.Validate();
        foreach (string value in given.Values)
            setting?.RequireValue(JsonNode.Parse(value));
        return sweep.OfEach(leaf =>
            Has(leaf) ? leaf with
            {
                // Under the name that fits, tables and formulas use.
                Axes = [.. leaf.Axes.Select(axis => Is(axis, name, setting) ? axis with { Values = given.Values } : axis)],
            }
            : setting is null ? leaf
            : (given.Values is [var only]
                ? leaf with { Settings = With(leaf.Settings, setting, only, leaf.Name) }
                : leaf with { Axes = [.. leaf.Axes, given] }).Without(setting));
    }

    /// <summary>Multiplies the number of epochs by a factor, rounding up; --scale.</summary>
    /// <exception cref="OptionException">The factor is not a positive number.</exception>
    public static Sweep Scale(this Sweep sweep, double factor)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        Require.That(
            double.IsFinite(factor)
                && factor > 0
                && sweep.Leaves.All(leaf => leaf.Settings.Training.Epochs * factor <= int.MaxValue),
            nameof(Scale),
            factor,
            FormattableString.Invariant($"a positive number that leaves at most {int.MaxValue} epochs"));
        return sweep.OfEach(leaf => leaf with
        {
            Settings = leaf.Settings with
            {
                Training = leaf.Settings.Training with { Epochs = (int)Math.Ceiling(leaf.Settings.Training.Epochs * factor) },
            },
        });
    }

    /// <summary>Changes the seed for distributions and data, from which those of the initial weights follow; --seed.</summary>
    public static Sweep Seed(this Sweep sweep, int seed)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        return sweep.OfEach(leaf => leaf with { Settings = leaf.Settings with { Seed = seed } });
    }

    /// <summary>Sets the number of repetitions of every point; --repetitions.</summary>
    /// <exception cref="OptionException">The number is below 1.</exception>
    public static Sweep Repeat(this Sweep sweep, int repetitions)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        Require.AtLeast(repetitions, 1, nameof(Sweep.Repetitions));
        return sweep.OfEach(leaf => leaf with { Repetitions = repetitions });
    }

    private static bool Is(SweepAxis axis, string name, Setting? setting) =>
        setting is null ? axis.Setting.Equals(name, StringComparison.OrdinalIgnoreCase) : Setting.Find(axis.Setting) == setting;

    private static Sweep Without(this Sweep leaf, Setting derived) => leaf with
    {
        Derived = leaf.Derived.Where(one => Setting.Find(one.Key) != derived).ToDictionary(StringComparer.OrdinalIgnoreCase),
    };

    private static ExperimentSettings With(ExperimentSettings settings, Setting setting, string value, string source)
    {
        var json = SettingsText.Json(settings);
        setting.Set(json, JsonNode.Parse(value));
        return ExperimentSettings.FromJson(json.ToJsonString(), source);
    }
}
