using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NGram.Data.Checks;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>A setting that a sweep varies, and its values.</summary>
/// <param name="Setting">
/// Its name, such as Heads or Training.LearningRate; or a variable, a name used only in formulas of derived settings.
/// </param>
/// <param name="Values">The values in their order, as JSON: numbers, "per-head", [1, 1, 0.5].</param>
public sealed record SweepAxis(string Setting, IReadOnlyList<string> Values)
{
    // sweep.json lists them.
    private const int MostValues = 10_000;

    // Decimals end there.
    private const double LargestOfRange = 1e27;

    /// <summary>Numbers one by one.</summary>
    public static SweepAxis Of(string setting, params IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new(setting, [.. values.Select(Text)]);
    }

    /// <summary>Names, such as those of Projections.</summary>
    public static SweepAxis OfNames(string setting, params IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return new(setting, [.. values.Select(value => JsonValue.Create(value).ToJsonString())]);
    }

    /// <summary>Numbers in equal steps from one to another, which is included if a step meets it.</summary>
    /// <exception cref="OptionException">The step does not lead from one to the other.</exception>
    public static SweepAxis Range(string setting, double from, double to, double step = 1)
    {
        foreach (double end in (double[])[from, to])
            Require.InRange(end, -LargestOfRange, LargestOfRange, setting);
        double count = Math.Floor((to - from) / step * (1 + 1e-12)) + 1;
        Require.That(
            step != 0 && count is >= 1 and <= MostValues,
            $"{setting}.Step",
            step,
            FormattableString.Invariant($"a number that leads from {from} to {to} in at most {MostValues} values"));
        // A decimal sum has no rounding that would show in a table.
        return Of(setting, [.. Enumerable.Range(0, (int)count).Select(i => (double)((decimal)from + i * (decimal)step))]);
    }

    /// <summary>The values of a text with commas, as in a flag: 1,6,11 or per-head.</summary>
    internal static SweepAxis Parse(string setting, string values) =>
        new(setting, [.. Split(values).Select(ParseValue)]);

    /// <summary>Every combination of axes' values by the axes' names, the last axis fastest.</summary>
    internal static IEnumerable<IReadOnlyDictionary<string, JsonNode?>> Combine(IReadOnlyList<SweepAxis> axes)
    {
        IEnumerable<Dictionary<string, JsonNode?>> combinations = [new(StringComparer.OrdinalIgnoreCase)];
        foreach (var axis in axes)
        {
            combinations = combinations.SelectMany(
                before => axis.Values,
                (before, value) => new Dictionary<string, JsonNode?>(before, before.Comparer)
                {
                    [axis.Setting] = JsonNode.Parse(value),
                });
        }
        return combinations;
    }

    /// <summary>The name of an axis that occurs twice, or null.</summary>
    internal static string? Twice(IReadOnlyList<SweepAxis> axes) => axes
        .Where((axis, i) => axes.Take(i).Any(before => NGram.ML.Sweeps.Values.Setting.AreSame(before.Setting, axis.Setting)))
        .FirstOrDefault()?.Setting;

    internal void Validate()
    {
        Require.InRange(Values.Count, 1, MostValues, $"{Setting}.Count");
        Require.That(
            Values.Select(Key).Distinct().Count() == Values.Count,
            Setting,
            string.Join(", ", Values),
            "a list without a value twice");
    }

    /// <summary>Whether a value is one of them, however it is written.</summary>
    internal bool Has(JsonNode? value) => Values.Select(Key).Contains(SettingsText.Key(value));

    private string Key(string value)
    {
        try
        {
            return SettingsText.Key(JsonNode.Parse(value));
        }
        catch (JsonException)
        {
            throw new OptionException(Setting, value, "JSON, such as 3 or \"per-head\"");
        }
    }

    /// <summary>Commas inside brackets do not separate.</summary>
    private static IEnumerable<string> Split(string text)
    {
        int depth = 0, start = 0;
        for (int i = 0; i < text.Length; i++)
        {
            depth += text[i] == '[' ? 1 : text[i] == ']' ? -1 : 0;
            if (text[i] != ',' || depth > 0)
                continue;
            yield return text[start..i];
            start = i + 1;
        }
        yield return text[start..];
    }

    private static string ParseValue(string text)
    {
        try
        {
            return JsonNode.Parse(text)?.ToJsonString() ?? "null";
        }
        catch (JsonException)
        {
            return JsonValue.Create(text).ToJsonString();
        }
    }

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
