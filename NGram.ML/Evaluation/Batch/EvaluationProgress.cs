namespace NGram.ML.Evaluation.Batch;

/// <summary>How far the evaluation of many pairs has come.</summary>
/// <param name="Rows">Rows evaluated so far, of all pairs.</param>
/// <param name="Pairs">Pairs that are done, failed ones too.</param>
/// <param name="AllPairs">How many there are.</param>
/// <param name="Elapsed">Time since the beginning.</param>
public sealed record EvaluationProgress(long Rows, int Pairs, int AllPairs, TimeSpan Elapsed);
