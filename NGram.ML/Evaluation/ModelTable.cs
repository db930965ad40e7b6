using System.Globalization;
using Microsoft.Data.Analysis;
using NGram.ML.Bounds;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Evaluation;

/// <summary>A model in one table: its parameters by block, what it holds, and the bounds.</summary>
public static class ModelTable
{
    /// <summary>
    /// Columns Section, Name, Value and Unit. Section Parameters: every block of the model in the order of computation, those
    /// that the forward pass does not use with the unit 'unused', and the total of the used ones. Section Memory, where
    /// <paramref name="exact"/> is given: facts, bits, bits per parameter, smallest margin. Section Bounds: every bound, an empty
    /// cell where it is unknown, then the capacities.
    /// </summary>
    /// <param name="architecture">The model.</param>
    /// <param name="exact">Its metrics over every prompt of a law, where they are known.</param>
    /// <param name="bounds">The bounds on it, where they are wanted.</param>
    public static DataFrame Create(Architecture architecture, NextTokenMetrics? exact = null, BoundSet? bounds = null)
    {
        var rows = Rows(architecture, exact, bounds).ToList();
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
        NextTokenMetrics? exact = null
    ) =>
        [
            .. Rows(architecture, exact, bounds: null)
                .Where(row => row.Value is not null)
                .Select(row =>
                    KeyValuePair.Create(row.Unit == Unused ? $"{row.Name} ({Unused})" : row.Name, Text(row.Value!.Value))),
        ];

    private const string Unused = "unused";

    private static IEnumerable<(string Section, string Name, double? Value, string Unit)> Rows(
        Architecture architecture,
        NextTokenMetrics? exact,
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
        if (exact is { MemorisedPrompts: { } facts })
        {
            yield return ("Memory", "Facts", facts, "prompts");
            yield return ("Memory", "Information", exact.Bits, "bits");
            yield return ("Memory", "Bits per parameter", exact.BitsPerParameter, "bits/parameter");
            yield return ("Memory", "Smallest margin", exact.SmallestMargin, "logits");
        }
        foreach (var bound in bounds is null ? [] : bounds.Concat(bounds.Capacities))
            yield return ("Bounds", bound.Name, bound.Value, Unit(bound.Kind));
    }

    private static string Unit(BoundKind kind) => kind switch
    {
        BoundKind.Divergence => "nats",
        _ => BoundTable.Word(kind),
    };

    private static string Text(double value) => value == Math.Floor(value)
        ? value.ToString("N0", CultureInfo.InvariantCulture)
        : value.ToString(value < 100 ? "F3" : "N1", CultureInfo.InvariantCulture);
}
