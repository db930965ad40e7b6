using Microsoft.Data.Analysis;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Analysis;

/// <summary>What follows from a sweep's results.</summary>
public static class SweepAnalysis
{
    /// <summary>
    /// The curves that the sweep asks to fit, as powers 1, 2 and 3: Sweep, Series, Y, X, Power, From, To, Points, Slope and
    /// Intercept with 95% bootstrap intervals, R2, Aicc, Paper (whether the paper fits this form), Best (by AICc).
    /// </summary>
    public static DataFrame FitsToDataFrame(this SweepResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return SweepFits.ToDataFrame(SweepFits.Of(result.Sweep, result.Points));
    }
}
