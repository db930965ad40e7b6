using System.Text.Json.Nodes;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>The points of a sweep without parts: its axes combined, its derived settings computed.</summary>
internal static class SweepPoints
{
    /// <summary>Every point, the last axis fastest.</summary>
    /// <exception cref="InvalidDataException">An axis or a derived setting is invalid; the message names it.</exception>
    public static IReadOnlyList<SweepPoint> Of(Sweep sweep)
    {
        var shared = SettingsText.Json(sweep.Settings);
        return [.. SweepAxis.Combine(sweep.Axes).Select(values => Create(sweep, shared, values))];
    }

    /// <summary>The first point.</summary>
    public static SweepPoint First(Sweep sweep) =>
        Create(sweep, SettingsText.Json(sweep.Settings), SweepAxis.Combine(sweep.Axes).First());

    private static SweepPoint Create(Sweep sweep, JsonObject shared, IReadOnlyDictionary<string, JsonNode?> values)
    {
        var json = (JsonObject)shared.DeepClone();
        foreach (var (name, value) in values)
            Setting.Find(name)?.Set(json, value);
        foreach (var (name, formula) in sweep.Derived)
        {
            var point = new SweepPoint(sweep, values, json, SettingsText.Defaults);
            Setting.Require(name, sweep.Name).Set(json, Derive(point, formula));
        }
        return new(sweep, values, json, ExperimentSettings.FromJson(json.ToJsonString(), sweep.Name));
    }

    /// <summary>A single name keeps its type, and a whole number stays whole.</summary>
    private static JsonNode? Derive(SweepPoint point, string formula)
    {
        if (point.Get(formula) is { } same)
            return same.DeepClone();
        double number = point.Number(formula);
        if (!double.IsFinite(number))
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"{point.Sweep.Name}: '{formula}' is {number}; it must be a number that is finite."));
        }
        return number == Math.Floor(number) && Math.Abs(number) < int.MaxValue ? (int)number : number;
    }
}
