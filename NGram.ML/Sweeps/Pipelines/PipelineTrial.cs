using System.Text.Json.Nodes;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Pipelines;

/// <summary>One pipeline of a sweep: a value for each axis, and a seed.</summary>
public sealed class PipelineTrial
{
    private readonly IReadOnlyDictionary<string, JsonNode?> values;

    internal PipelineTrial(IReadOnlyDictionary<string, JsonNode?> values, int repetition)
    {
        (this.values, Repetition) = (values, repetition);
        Point = string.Join('\n', values.OrderBy(value => value.Key, StringComparer.Ordinal)
            .Select(value => $"{value.Key}={value.Value?.ToJsonString() ?? "null"}"));
        (_, Seed) = SweepTrial.Identify(Point, repetition);
    }

    /// <summary>Counted from 1.</summary>
    public int Repetition { get; }

    /// <summary>A seed that depends only on the values and the repetition, for trainers that take one.</summary>
    public int Seed { get; }

    /// <summary>Identifies the point that repetitions share.</summary>
    internal string Point { get; }

    /// <summary>An axis's value as a whole number.</summary>
    /// <exception cref="ArgumentException">There is no such axis, or its value is something else.</exception>
    public int Integer(string axis)
    {
        double number = Number(axis);
        return number == (int)number ? (int)number : throw Not(axis, "a whole number");
    }

    /// <summary>An axis's value as a number.</summary>
    /// <inheritdoc cref="Integer"/>
    public double Number(string axis) => SettingsText.Number(Get(axis)) ?? throw Not(axis, "a number");

    /// <summary>An axis's value as text.</summary>
    /// <exception cref="ArgumentException">There is no such axis; the message lists the available ones.</exception>
    public string Text(string axis) => SettingsText.Shown(Get(axis));

    /// <summary>The values on one line, for logs: Heads=4 LearningRate=0.01.</summary>
    public override string ToString() =>
        string.Join(' ', values.Select(value => $"{value.Key}={SettingsText.Shown(value.Value)}"));

    internal JsonNode? Get(string axis) => values.TryGetValue(axis, out var value)
        ? value
        : throw new ArgumentException($"There is no axis {axis}; the axes are {string.Join(", ", values.Keys)}.", nameof(axis));

    private ArgumentException Not(string axis, string wanted) =>
        new($"{axis} is {Text(axis)}, which is not {wanted}.", nameof(axis));
}
