using NGram.ML.Models.Tensors;

namespace NGram.ML.Engines;

/// <summary>
/// A model with its optimizer: loss of a batch, its gradient, one step of Adam. Not thread-safe; several may run at once.
/// </summary>
internal interface ITrainingEngine : IDisposable
{
    /// <summary>Trains on one batch.</summary>
    /// <param name="tokens">Row-major tokens [rows, ContextWindow]; the last batch of an epoch may have fewer rows.</param>
    /// <param name="learningRate">Adam's learning rate for this step.</param>
    /// <returns>Loss and accuracy before the step.</returns>
    BatchResult Step(ReadOnlySpan<ushort> tokens, double learningRate);

    /// <summary>A copy of the current parameters.</summary>
    StateDict GetParameters();

    /// <summary>A copy of the parameters and the optimizer's state.</summary>
    EngineState GetState();

    /// <summary>Goes on from a state, to the same bits as the engine that it was taken from.</summary>
    /// <exception cref="ArgumentException">It is another model's; nothing has changed then.</exception>
    void SetState(EngineState state);
}
