using Microsoft.ML;
using Microsoft.ML.Runtime;
using NGram.Data.Checks;
using NGram.ML.Prediction;

namespace NGram.ML.Evaluation;

/// <summary>Evaluation of rows that any trainer has scored, in one pass; memory does not grow with them.</summary>
internal static class ScoredEvaluation
{
    /// <summary>The metrics of the rows whose label and context are known; the others are counted in the log.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type, or does not fit the law.</exception>
    /// <exception cref="InvalidOperationException">There is no row to count.</exception>
    public static NextTokenMetrics Evaluate(MLContext context, IDataView scored, EvaluationOptions options)
    {
        Require.Argument(options.Validate, nameof(options));
        using var rows = new ScoredRows(scored, options);
        var sums = Sum(rows, options);
        if (sums.Rows == 0)
            throw NoRows(rows.Skipped, options);
        if (rows.Skipped > 0)
            Warn(context, $"{rows.Skipped} rows with a missing or unknown token were skipped.");
        return sums.Means(options.Distribution?.EntropyAt(rows.PromptLength), options.Bounds);
    }

    private static MetricSums Sum(ScoredRows rows, EvaluationOptions options)
    {
        var sums = new MetricSums(options.TopK);
        while (rows.MoveNext())
        {
            int rank = TopTokens.Rank(rows.Scores, rows.LabelSlot);
            double best = options.Distribution?.LargestProbability(rows.Prompt) ?? 0;
            sums.AddLabel(rows.Scores[rows.LabelSlot], rank, best);
        }
        return sums;
    }

    private static InvalidOperationException NoRows(long skipped, EvaluationOptions options) => new(skipped == 0
        ? "The data has no rows."
        : $"All {skipped} rows have a missing or unknown token in '{options.ContextColumn}' or '{options.LabelColumn}'.");

    private static void Warn(MLContext context, string message)
    {
        using var channel = ((IHostEnvironment)context).Start("NGram");
        channel.Warning(MessageSensitivity.None, message);
    }
}
