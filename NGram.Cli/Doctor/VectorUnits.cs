using NGram.ML.Fused;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;

namespace NGram.Cli.Doctor;

/// <summary>The vectors that the fused engine can compute with, and its choice.</summary>
/// <param name="Widths">Every width that there is code for.</param>
/// <param name="PeakTogether">
/// The peak of as many threads as there are cores, all at once, on the widest vectors of the processor.
/// </param>
/// <param name="Lanes">The width that <c>--lanes auto</c> takes for the notebook's model.</param>
internal sealed record VectorUnits(IReadOnlyList<VectorUnits.Width> Widths, double PeakTogether, int Lanes)
{
    /// <summary>The notebook's batches.</summary>
    public const int BatchSize = 512;

    private const int VocabularySize = 50, ContextWindow = 3;
    private static readonly TimeSpan Duration = TimeSpan.FromMilliseconds(50);

    /// <summary>The notebook's model.</summary>
    public static TransformerArchitecture Notebook { get; } = new()
    {
        VocabularySize = VocabularySize,
        ContextWindow = ContextWindow,
        Order = ContextWindow,
        Options = new(),
    };

    /// <summary>Those of this processor; measures each for a twentieth of a second.</summary>
    public static VectorUnits Describe() => new(
        [.. VectorWidths.All.Select(lanes =>
            new Width(lanes, VectorWidths.InHardware.Contains(lanes), VectorWidths.Peak(lanes, Duration)))],
        VectorWidths.PeakTogether(
            VectorWidths.InHardware.DefaultIfEmpty(VectorWidths.All[0]).Last(), Environment.ProcessorCount, Duration),
        LaneChoice.For(Notebook, BatchSize));

    /// <summary>A width.</summary>
    /// <param name="Lanes">Floats of a vector.</param>
    /// <param name="InHardware">Whether the processor has such vectors; otherwise narrower ones stand in.</param>
    /// <param name="Peak">Measured peak of one core: float32 operations a second, two for a multiply-add.</param>
    internal sealed record Width(int Lanes, bool InHardware, double Peak);
}
