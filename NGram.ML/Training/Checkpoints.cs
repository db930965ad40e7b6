using NGram.Data.IO;
using NGram.ML.Engines;
using NGram.ML.Training.Batches;

namespace NGram.ML.Training;

/// <summary>Saves a training while it runs, and finds one again that was killed or cancelled.</summary>
/// <param name="engine">Model and optimizer.</param>
/// <param name="batches">The data, whose fingerprint is saved.</param>
/// <param name="history">The batches done.</param>
/// <param name="options">Where, how often, and whether to go on from there; null: nowhere.</param>
internal sealed class Checkpoints(
    ITrainingEngine engine, IBatchSource batches, TrainingHistory history, CheckpointOptions? options)
{
    private int? every = options?.Every;

    /// <summary>Puts engine and history where the file left them, if it is there and was asked for.</summary>
    /// <exception cref="InvalidDataException">It is not a checkpoint of this training; the message names the file.</exception>
    public void Resume()
    {
        if (options is not { Resume: true, Path: var path } || !Path.Exists(path))
            return;
        var saved = TrainingCheckpoint.Load(
            path, history.BatchesPerEpoch, history.Entropy, batches.Fingerprint, options.Settings);
        try
        {
            engine.SetState(saved.State);
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{path} is a checkpoint of another model: {exception.Message}", exception);
        }
        history.Continue(saved.History);
        every ??= saved.Every;
    }

    /// <summary>Called after every step whose loss was finite.</summary>
    public void AfterStep()
    {
        if (history.Steps % every == 0)
            Save();
    }

    /// <summary>
    /// Called after the last step. What was trained is not lost where a cancelled training cannot be saved: the history has why.
    /// </summary>
    public void AtEnd()
    {
        if (history.StopReason != StopReason.Cancelled)
            return;
        try
        {
            Save();
        }
        catch (Exception exception) when (WriteFault.Is(exception))
        {
            history.CheckpointFault = exception;
        }
    }

    // With weights or moments that are not finite the earlier checkpoint is worth more.
    private void Save()
    {
        if (options is null)
            return;
        var state = engine.GetState();
        if (state.Parameters.IsFinite && state.FirstMoments.IsFinite && state.SecondMoments.IsFinite)
            new TrainingCheckpoint(state, history, batches.Fingerprint, options.Settings, every).Save(options.Path);
    }
}
