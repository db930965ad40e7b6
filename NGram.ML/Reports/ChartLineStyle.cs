using NGram.ML.Bounds;

namespace NGram.ML.Reports;

/// <summary>A line's look: colours of Okabe and Ito, which colour-blind people can tell apart, and a dash pattern each.</summary>
/// <param name="Color">CSS colour.</param>
/// <param name="Dash">plotly.js's name of the pattern.</param>
internal readonly record struct ChartLineStyle(string Color, string Dash)
{
    /// <summary>The smoothed curve.</summary>
    public static ChartLineStyle Curve { get; } = new("#0072b2", "solid");

    /// <summary>Every batch of it, behind.</summary>
    public static ChartLineStyle Batches { get; } = new("#56b4e9", "solid");

    /// <summary>The line of the bound called <paramref name="name"/>.</summary>
    public static ChartLineStyle Of(string name) => name switch
    {
        UniformDivergence.Name or SeedLowerBound.Name => new("#d55e00", "dash"),
        OptimalDivergence.Name or TrainedBaseline.Name or Corollary2.Name => new("#009e73", "longdash"),
        PreviousAsDrawn.Name => new("#e69f00", "dashdot"),
        PreviousAsStated.Name => new("#cc79a7", "longdashdot"),
        _ => new("#7f7f7f", "dot"),
    };
}
