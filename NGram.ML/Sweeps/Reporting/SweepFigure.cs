using Microsoft.Data.Analysis;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>A figure of a sweep, with the table of what it shows.</summary>
/// <param name="Name">Its file name without the extension.</param>
/// <param name="Svg">The picture.</param>
/// <param name="Data">A row for each point.</param>
internal sealed record SweepFigure(string Name, string Svg, DataFrame Data)
{
    /// <summary>The caption below it.</summary>
    public string Caption { get; init; } = "";
}
