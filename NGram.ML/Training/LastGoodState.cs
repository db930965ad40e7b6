using NGram.ML.Engines;
using NGram.ML.Training.Batches;

namespace NGram.ML.Training;

/// <summary>
/// The last weights of a training whose batch had a finite loss. A state is kept now and then; those after it are found again
/// by training from there, since a training repeats itself to the bit.
/// </summary>
internal sealed class LastGoodState(ITrainingEngine engine, IBatchSource batches, TrainingOptions options)
{
    /// <summary>Batches between two states that are kept.</summary>
    internal const int Interval = 1000;

    private EngineState? first;
    private EngineState? candidate;
    private EngineState? kept;

    /// <summary>Called before a step; <paramref name="steps"/> are done.</summary>
    public void BeforeStep(int steps)
    {
        if (first is null || steps % Interval == 0)
            candidate = engine.GetState();
        first ??= candidate;
    }

    /// <summary>Called after a step whose loss was finite: the state before it was good.</summary>
    public void AfterFiniteStep() => (kept, candidate) = (candidate ?? kept, null);

    /// <summary>
    /// Puts the engine back to where <paramref name="steps"/> were done, the last of a finite loss; to the first state where none
    /// was.
    /// </summary>
    public void Restore(int steps)
    {
        if ((kept ?? first) is not { } state)
            return;
        engine.SetState(state);
        for (int step = (int)state.Steps; step < steps; step++)
        {
            var (epoch, batch) = Math.DivRem(step, batches.BatchesPerEpoch);
            engine.Step(batches, epoch, batch, options.LearningRateOf(epoch));
        }
    }
}
