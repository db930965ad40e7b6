using System.Globalization;
using Microsoft.Data.Analysis;
using NGram.ML.Bounds;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Evaluation;

/// <summary>A model in one table: its parameters by block, what it has memorised, and the bounds.</summary>
public static class ModelTable
{
    /// <summary>
    /// Columns Section, Name, Value and Unit. Section Parameters: every block of the model in the order of computation, those
    /// that the forward pass does not use with the unit 'unused', and the total of the used ones. Section Memory, where
    /// <paramref name="memorised"/> is given: associations, bits, bits per parameter. Section Bounds: every bound, an empty cell
    /// where it is unknown, then the capacities.
    /// </summary>
    /// <param name="architecture">The model.</param>
    /// <param name="memorised">What it has memorised, where that is known.</param>
    /// <param name="bounds">The bounds on it, where they are wanted.</param>
    public static DataFrame Create(Architecture architecture, MemorisedBits? memorised = null, BoundSet? bounds = null)
    {
        var rows = Rows(architecture, memorised, bounds).ToList();
        return new DataFrame(
            new StringDataFrameColumn("Section", rows.Select(row => row.Section)),
            new StringDataFrameColumn("Name", rows.Select(row => row.Name)),
            new DoubleDataFrameColumn("Value", rows.Select(row => row.Value)),
            new StringDataFrameColumn("Unit", rows.Select(row => row.Unit)));
    }

    /// <summary>The parameters and the memory as text, for a report; the bounds have a table of their own there.</summary>
    /// <inheritdoc cref="Create"/>
    public static IReadOnlyList<KeyValuePair<string, string>> Describe(
        Architecture architecture,
        MemorisedBits? memorised = null
    ) =>
        [
            .. Rows(architecture, memorised, bounds: null)
                .Select(row =>
                    KeyValuePair.Create(row.Unit == Unused ? $"{row.Name} ({Unused})" : row.Name, Text(row.Value!.Value))),
        ];

    private const string Unused = "unused";

    private static IEnumerable<(string Section, string Name, double? Value, string Unit)> Rows(
        Architecture architecture,
        MemorisedBits? memorised,
        BoundSet? bounds)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var blocks = architecture.Parameters.GroupBy(parameter =>
            (Name: architecture.BlockOf(parameter.Name), IsUsed: architecture.Uses(parameter.Name)));
        foreach (var block in blocks)
        {
            yield return (
                "Parameters",
                block.Key.Name,
                block.Sum(parameter => TensorShape.Count(parameter.Shape)),
                block.Key.IsUsed ? "parameters" : Unused);
        }

        yield return ("Parameters", "Total", architecture.ParameterCount, "parameters");
        if (memorised is not null)
        {
            yield return ("Memory", "Memorised associations", memorised.Associations, "prompts");
            yield return ("Memory", "Memorised information", memorised.Bits, "bits");
            yield return ("Memory", "Bits per parameter", memorised.BitsPerParameter, "bits/parameter");
        }
        foreach (var bound in bounds is null ? [] : bounds.Concat(bounds.Capacities))
            yield return ("Bounds", bound.Name, bound.Value, Unit(bound.Kind));
    }

    private static string Unit(BoundKind kind) => kind switch
    {
        BoundKind.Accuracy => "accuracy",
        BoundKind.Divergence => "nats",
        BoundKind.Parameters => "parameters",
        _ => "contexts",
    };

    private static string Text(double value) => value == Math.Floor(value)
        ? value.ToString("N0", CultureInfo.InvariantCulture)
        : value.ToString(value < 100 ? "F3" : "N1", CultureInfo.InvariantCulture);
}
