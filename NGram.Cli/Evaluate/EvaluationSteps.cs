using System.Globalization;
using NGram.Cli.Terminal;
using NGram.ML.Evaluation.Batch;

namespace NGram.Cli.Evaluate;

/// <summary>Puts the progress of an evaluation into words.</summary>
/// <param name="display">Shows it.</param>
/// <param name="unit">What is counted: rows or prompts.</param>
internal sealed class EvaluationSteps(IProgress<ProgressStep> display, string unit) : IProgress<EvaluationProgress>
{
    /// <inheritdoc/>
    public void Report(EvaluationProgress value)
    {
        double rate = value.Rows / Math.Max(1e-3, value.Elapsed.TotalSeconds);
        string text = string.Create(
            CultureInfo.InvariantCulture,
            $"{value.Pairs}/{value.AllPairs} pairs, {value.Rows} {unit}, {rate:0} {unit}/s");
        display.Report(new("evaluating", value.Fraction, text, value.Elapsed, value.Remaining));
    }
}
