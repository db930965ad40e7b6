using NGram.Data.Distributions;
using NGram.Data.Sequences;
using NGram.ML.Engines;
using NGram.ML.Models;

namespace NGram.ML.Training;

/// <summary>
/// Rows apart from the training's, on which the training's loss and accuracy are measured; holds a model of its own.
/// </summary>
internal sealed class ValidationSet : IDisposable
{
    // Few enough that libtorch's allocator keeps a chunk's tensors for the next.
    private const int ChunkRows = 128;

    private readonly TokenMatrix data;
    private readonly TorchSharpEngine engine;

    /// <summary>Rows for an architecture and an objective.</summary>
    public ValidationSet(
        TokenMatrix data,
        Architecture architecture,
        StateDict parameters,
        TrainingObjective objective,
        INGramDistribution? law)
    {
        this.data = data;
        engine = new TorchSharpEngine(architecture, parameters, objective, law);
    }

    /// <summary>Means over the counted positions of all rows.</summary>
    /// <param name="parameters">The model's.</param>
    /// <param name="cancellationToken">Ends it; null is returned then.</param>
    public BatchResult? Evaluate(StateDict parameters, CancellationToken cancellationToken)
    {
        engine.SetParameters(parameters);
        double crossEntropy = 0, accuracy = 0;
        for (int start = 0; start < data.Rows; start += ChunkRows)
        {
            if (cancellationToken.IsCancellationRequested)
                return null;
            int rows = Math.Min(ChunkRows, data.Rows - start);
            var result = engine.Evaluate(data.Tokens.Slice(start * data.ContextWindow, rows * data.ContextWindow));
            crossEntropy += rows * result.CrossEntropy;
            accuracy += rows * result.Accuracy;
        }
        return new BatchResult(crossEntropy / data.Rows, accuracy / data.Rows);
    }

    /// <summary>Frees the model.</summary>
    public void Dispose() => engine.Dispose();
}
