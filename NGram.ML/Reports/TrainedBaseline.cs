using NGram.ML.Bounds;

namespace NGram.ML.Reports;

/// <summary>
/// What the notebook calls the optimal baseline: the divergence that a sequence encoder of the model's dimension had at the end
/// of its own training. An estimate of <see cref="OptimalDivergence"/>: above it as far as the training is not at its end, and
/// below it, even below 0, by what the sample's entropy differs from the law's.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), their notebook.</remarks>
internal static class TrainedBaseline
{
    /// <summary>The name in tables.</summary>
    public const string Name = "trainedBaseline";

    /// <summary>The baseline as a line of a chart and a row of a table.</summary>
    /// <param name="divergence">Divergence of the trained encoder, in nats.</param>
    public static Bound Of(double divergence) => new()
    {
        Name = Name,
        Title = "Trained baseline",
        Side = BoundSide.Measured,
        Exact = false,
        Kind = BoundKind.Divergence,
        Value = divergence,
        Statement = "Divergence of a trained sequence encoder of dimension d",
        Conditions = "None: an estimate, on a sample, of the infimum over sequence encoders.",
        Source = "The notebook of Dana, Pydi, Chevaleyre, AISTATS 2025, where it is called the optimal baseline",
    };

    /// <summary>What shows that the baseline is not the optimum, in one sentence; null where nothing does.</summary>
    /// <param name="baseline">Divergence of the trained encoder, in nats; null: there is none.</param>
    /// <param name="model">Divergences of the model, in nats, as far as they are known.</param>
    public static string? Warning(double? baseline, params ReadOnlySpan<double?> model)
    {
        if (baseline < 0)
        {
            return FormattableString.Invariant(
                $"The trained baseline is negative ({baseline:0.0000}), and no divergence is: it is an estimate on a sample.");
        }

        foreach (double? divergence in model)
        {
            if (divergence < baseline)
            {
                return FormattableString.Invariant(
                    $"The model ({divergence:0.0000}) is below the trained baseline ({baseline:0.0000}), ")
                    + "which is an estimate and not the optimum that no model of this dimension is below.";
            }
        }

        return null;
    }
}
