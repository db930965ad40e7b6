using System.Globalization;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps.Running;

namespace NGram.Cli.Sweeping;

/// <summary>Puts a sweep's progress into words.</summary>
internal sealed class SweepSteps(IProgress<ProgressStep> display) : IProgress<SweepProgress>
{
    /// <inheritdoc/>
    public void Report(SweepProgress value) => display.Report(new(
        "sweep",
        value.Fraction,
        string.Create(
            CultureInfo.InvariantCulture,
            $"done {value.Done} running {value.Running} failed {value.Failed} left {value.Left}")
        + (value.BestAccuracy is { } best ? string.Create(CultureInfo.InvariantCulture, $" best accuracy {best:0.000}") : ""),
        value.Elapsed,
        value.Remaining));
}
