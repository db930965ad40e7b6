using NGram.ML.Engines;

namespace NGram.ML.Training.Batches;

/// <summary>A step on one batch of a source, with its weights where it has some.</summary>
internal static class BatchSteps
{
    /// <summary>Trains on a batch.</summary>
    public static BatchResult Step(
        this ITrainingEngine engine, IBatchSource batches, int epoch, int batch, double learningRate)
    {
        var weights = batches.GetWeights(epoch, batch);
        var tokens = batches.GetBatch(epoch, batch);
        return weights.IsEmpty ? engine.Step(tokens, learningRate) : engine.Step(tokens, weights, learningRate);
    }
}
