using NGram.Data.Checks;

namespace NGram.ML.Evaluation.Batch;

/// <summary>How far an evaluation of many pairs has progressed.</summary>
/// <param name="Rows">Rows evaluated so far, of all pairs.</param>
/// <param name="Pairs">Pairs that are done, failed ones too.</param>
/// <param name="AllPairs">How many there are.</param>
/// <param name="Elapsed">Time since the beginning.</param>
public sealed record EvaluationProgress(long Rows, int Pairs, int AllPairs, TimeSpan Elapsed)
{
    /// <summary>
    /// The share of the work that is done, from 0 to 1, every pair counting alike: of a pair that runs the share of the file's
    /// bytes or of the law's prompts; 0 where the data does not say how long it is.
    /// </summary>
    public double Fraction { get; init; }

    /// <summary>Expected time to the end; null while nothing is done.</summary>
    public TimeSpan? Remaining => RemainingTime.Of(Elapsed, Fraction, 1);
}
