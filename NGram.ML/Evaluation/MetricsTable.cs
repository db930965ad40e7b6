using Microsoft.Data.Analysis;

namespace NGram.ML.Evaluation;

/// <summary>Metrics of several models and data sets, side by side.</summary>
public static class MetricsTable
{
    /// <summary>
    /// Columns Model, Data, Rows, CrossEntropy, Perplexity, Divergence, Accuracy, Top5Accuracy (with the k of the metrics),
    /// BestAccuracy, and one for every bound; a row each, with an empty cell where a value is unknown. Then, where a row has
    /// them, MemorisedPrompts and MemorisedProbability, and Predictions; for every bound, NAMEHolds: whether its conditions hold;
    /// where a row is exact, ExactDivergence, ExactAccuracy, Bits, BitsPerParameter, Facts, SmallestMargin, Exposures, Coverage.
    /// </summary>
    /// <exception cref="ArgumentException">Their <see cref="NextTokenMetrics.TopK"/> differ.</exception>
    public static DataFrame Create(IReadOnlyList<NextTokenMetrics> metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        int k = metrics.Count > 0 ? metrics[0].TopK : new EvaluationOptions().TopK;
        if (metrics.FirstOrDefault(m => m.TopK != k) is { } other)
        {
            throw new ArgumentException(
                $"{nameof(NextTokenMetrics.TopK)} is {k} and {other.TopK}; the rows of one table must have the same.",
                nameof(metrics));
        }

        DoubleDataFrameColumn Column(string name, Func<NextTokenMetrics, double?> value) => new(name, metrics.Select(value));
        var bounds = metrics.SelectMany(m => m.Bounds.Select(bound => bound.Name)).Distinct().ToList();
        return new DataFrame(
        [
            new StringDataFrameColumn("Model", metrics.Select(m => m.Model)),
            new StringDataFrameColumn("Data", metrics.Select(m => m.Data)),
            new Int64DataFrameColumn("Rows", metrics.Select(m => m.Rows)),
            Column("CrossEntropy", m => m.CrossEntropy),
            Column("Perplexity", m => m.Perplexity),
            Column("Divergence", m => m.Divergence),
            Column("Accuracy", m => m.Accuracy),
            Column(FormattableString.Invariant($"Top{k}Accuracy"), m => m.TopKAccuracy),
            Column("BestAccuracy", m => m.BestAccuracy),
            .. bounds.Select(name => Column(name, m => m.Bounds.FirstOrDefault(bound => bound.Name == name)?.Value)),
            .. metrics.Any(m => m.IsExact)
                ? (DataFrameColumn[])
                    [
                        Column("MemorisedPrompts", m => m.MemorisedPrompts),
                        Column("MemorisedProbability", m => m.MemorisedProbability),
                    ]
                : [],
            .. metrics.Any(m => m.Predictions is not null)
                ? (DataFrameColumn[])[new StringDataFrameColumn("Predictions", metrics.Select(m => m.Predictions))]
                : [],
            .. bounds.Select(name =>
                new BooleanDataFrameColumn(
                    name + "Holds",
                    metrics.Select(m => m.Bounds.FirstOrDefault(bound => bound.Name == name)?.Holds))),
            .. metrics.Any(m => m.IsExact)
                ? (DataFrameColumn[])
                    [
                        Column("ExactDivergence", m => m.IsExact ? m.Divergence : null),
                        Column("ExactAccuracy", m => m.IsExact ? m.Accuracy : null),
                        Column("Bits", m => m.Bits),
                        Column("BitsPerParameter", m => m.BitsPerParameter),
                        new Int64DataFrameColumn("Facts", metrics.Select(m => m.MemorisedPrompts)),
                        Column("SmallestMargin", m => m.SmallestMargin),
                        Column("Exposures", m => m.Exposures),
                        Column("Coverage", m => m.Coverage),
                    ]
                : [],
        ]);
    }
}
