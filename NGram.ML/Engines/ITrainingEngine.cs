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

    /// <summary>Trains on one batch whose rows have weights, for the objective <see cref="TrainingObjective.Exact"/>.</summary>
    /// <param name="tokens">As of the other overload; the tokens to predict have no effect.</param>
    /// <param name="weights">
    /// A weight for each row; the loss is the sum of the rows' mean losses times their weights, the accuracy likewise.
    /// </param>
    /// <param name="learningRate">Adam's learning rate for this step.</param>
    BatchResult Step(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights, double learningRate) =>
        throw new NotSupportedException("This engine has no weights.");

    /// <summary>A copy of the current parameters.</summary>
    StateDict GetParameters();

    /// <summary>A copy of the parameters and the optimizer's state.</summary>
    EngineState GetState();

    /// <summary>Goes on from a state, to the same bits as the engine that it was taken from.</summary>
    /// <exception cref="ArgumentException">It is another model's; nothing has changed then.</exception>
    void SetState(EngineState state);
}
