using NGram.Data.Distributions;
using NGram.Data.Sequences;
using NGram.ML.Engines;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Prediction;

namespace NGram.ML.Training;

/// <summary>
/// Rows apart from the training's, on which the training's loss and accuracy are measured; holds a model of its own.
/// </summary>
internal sealed class ValidationSet : IDisposable
{
    private readonly TokenMatrix data;
    private readonly INGramDistribution? target; // null: the token that follows
    private readonly IPredictor predictor;
    private readonly int vocabulary, promptLength, firstScored, scoredPositions, batchRows;
    private readonly ushort[] prompts;   // [batchRows, S]
    private readonly double[] logits;    // [batchRows, scored positions, N]
    private readonly double[] scratch, law; // [N]

    /// <summary>Rows for an architecture and an objective.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="parameters">Any of the model's; each evaluation brings its own.</param>
    /// <param name="objective">What the prediction is compared with.</param>
    /// <param name="distribution">The law of the tokens; only the full-distribution objective reads it.</param>
    public ValidationSet(
        TokenMatrix data,
        Architecture architecture,
        StateDict parameters,
        TrainingObjective objective,
        INGramDistribution? distribution)
    {
        this.data = data;
        target = objective == TrainingObjective.NextToken ? null : distribution;
        (vocabulary, promptLength) = (architecture.VocabularySize, architecture.PromptLength);
        (firstScored, scoredPositions) = (architecture.FirstScored, architecture.ScoredPositions);
        batchRows = IPredictor.RowsOf((long)scoredPositions * vocabulary);
        prompts = new ushort[batchRows * promptLength];
        logits = new double[(long)batchRows * scoredPositions * vocabulary];
        scratch = new double[vocabulary];
        law = new double[vocabulary];
        predictor = IPredictor.Create(architecture, parameters);
    }

    /// <summary>Means over the scored positions of all rows.</summary>
    /// <param name="parameters">The model's.</param>
    /// <param name="cancellationToken">Ends it; null is returned then.</param>
    public BatchResult? Evaluate(StateDict parameters, CancellationToken cancellationToken)
    {
        predictor.SetParameters(parameters);
        double loss = 0;
        long correct = 0;
        for (int start = 0; start < data.Rows; start += batchRows)
        {
            if (cancellationToken.IsCancellationRequested)
                return null;
            int rows = Math.Min(batchRows, data.Rows - start);
            for (int i = 0; i < rows; i++)
                data[start + i][..promptLength].CopyTo(prompts.AsSpan(i * promptLength));
            predictor.Logits(prompts.AsSpan(0, rows * promptLength), promptLength, firstScored, logits);
            for (int i = 0; i < rows; i++)
                AddRow(data[start + i], logits.AsSpan(i * scoredPositions * vocabulary), ref loss, ref correct);
        }
        double positions = (double)data.Rows * scoredPositions;
        return new BatchResult(loss / positions, correct / positions);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => predictor.Dispose();

    private void AddRow(ReadOnlySpan<ushort> sequence, ReadOnlySpan<double> ofPositions, ref double loss, ref long correct)
    {
        for (int scored = 0; scored < scoredPositions; scored++)
        {
            int next = firstScored + scored + 1;
            var prediction = new LogitRow(ofPositions.Slice(scored * vocabulary, vocabulary), scratch);
            correct += prediction.Best == sequence[next] ? 1 : 0;
            if (target is null)
            {
                loss -= Math.Log(prediction.Probability(sequence[next]) + TorchLoss.Epsilon);
                continue;
            }
            target.GetProbabilities(sequence[..next], law);
            loss += prediction.Loss(law, TorchLoss.Epsilon);
        }
    }
}
