using System.Text.Json.Nodes;
using NGram.ML.Experiments;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>The points of a sweep without parts: its axes combined, its derived settings computed.</summary>
internal static class SweepPoints
{
    /// <summary>Every point, the last axis fastest.</summary>
    /// <exception cref="InvalidDataException">An axis or a derived setting is none; the message names it.</exception>
    public static IReadOnlyList<SweepPoint> Of(Sweep sweep)
    {
        RequireNames(sweep);
        var shared = SettingsText.Json(sweep.Settings);
        return [.. SweepAxis.Combine(sweep.Axes).Select(values => Create(sweep, shared, values))];
    }

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

    /// <summary>A lone name keeps its kind; a whole number stays one.</summary>
    private static JsonNode? Derive(SweepPoint point, string formula)
    {
        if (point.Get(formula) is { } same)
            return same.DeepClone();
        double number = point.Number(formula);
        return number == Math.Floor(number) && Math.Abs(number) < int.MaxValue ? (int)number : number;
    }

    /// <summary>An axis is a setting, or a variable of a formula.</summary>
    private static void RequireNames(Sweep sweep)
    {
        foreach (var axis in sweep.Axes)
        {
            bool IsUsed(string formula) => Formula.Names(formula).Contains(axis.Setting, StringComparer.OrdinalIgnoreCase);
            if (!sweep.Derived.Values.Any(IsUsed))
                Setting.Require(axis.Setting, sweep.Name);
            if (sweep.Derived.ContainsKey(axis.Setting))
            {
                throw new InvalidDataException(
                    $"{sweep.Name}: {axis.Setting} is an axis and derived; it must be one of the two.");
            }
        }
        _ = TrialMetric.Require(sweep.Fit?.Y ?? TrialMetric.Accuracy.Name, sweep.Name);
        if (sweep.Fit?.Plateau is { } excess && !(excess > 1))
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"{sweep.Name}: plateau is {excess}; it must be above 1."));
        }
        if (sweep.Best is { } best)
        {
            _ = TrialMetric.Require(best.By, sweep.Name);
            if (!sweep.Axes.Any(axis => axis.Setting.Equals(best.Axis, StringComparison.OrdinalIgnoreCase)))
                throw new InvalidDataException($"{sweep.Name}: {best.Axis}, of which the best counts, is not an axis.");
        }
        if (sweep.Search is { } search)
            RequireSearch(sweep, search);
        if (SweepAxis.Twice(sweep.Axes) is { } name)
            throw new InvalidDataException($"{sweep.Name}: {name} is an axis twice.");
    }

    private static void RequireSearch(Sweep sweep, SweepSearch search)
    {
        _ = TrialMetric.Require(search.By, sweep.Name);
        var axis = sweep.Axes.FirstOrDefault(axis => axis.Setting.Equals(search.Axis, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidDataException($"{sweep.Name}: {search.Axis}, which is searched, is not an axis.");
        if (!axis.Values.All(value => SettingsText.Number(JsonNode.Parse(value)) is not null))
            throw new InvalidDataException($"{sweep.Name}: {search.Axis}, which is searched, has values that are not numbers.");
    }
}
