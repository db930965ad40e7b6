namespace NGram.ML.Sweeps.Analysis;

/// <summary>A row of fits.csv: y = Slope x^Power + Intercept.</summary>
/// <param name="Sweep">The sweep without parts.</param>
/// <param name="Series">The other axes' values.</param>
/// <param name="Y">What is fitted: Accuracy or another result, or Slope for the slopes of other fits.</param>
/// <param name="X">What it is fitted against.</param>
/// <param name="From">The smallest x.</param>
/// <param name="To">The greatest x.</param>
/// <param name="Points">Number of points.</param>
/// <param name="Fit">The curve.</param>
/// <param name="Slope">The 95% bootstrap interval of its slope over the repetitions; null for one repetition.</param>
/// <param name="Intercept">The same for its intercept; for a plateau, Student's interval.</param>
/// <param name="IsPaper">Whether this is the form that the paper, or the sweep, uses.</param>
/// <param name="IsBest">Whether its AICc is the smallest of the three forms.</param>
internal sealed record FitRow(
    string Sweep,
    string Series,
    string Y,
    string X,
    double From,
    double To,
    int Points,
    CurveFit Fit,
    (double Low, double High)? Slope,
    (double Low, double High)? Intercept,
    bool IsPaper,
    bool IsBest);
