using NGram.ML.Engines;

namespace NGram.ML.Training.Snapshots;

/// <summary>Takes the snapshots of a training; nothing where nobody looks.</summary>
internal sealed class Snapshots(ITrainingEngine engine, SnapshotOptions? options)
{
    private int last = -1;

    /// <summary>
    /// Called before the first step and after every one whose loss was finite; <paramref name="steps"/> are done.
    /// </summary>
    public void After(int steps)
    {
        if (options is not null && steps % options.Every == 0)
            Take(steps);
    }

    /// <summary>Called after the last step.</summary>
    public void AtEnd(int steps)
    {
        if (options is not null && last != steps)
            Take(steps);
    }

    private void Take(int steps)
    {
        last = steps;
        options!.Receive(new(steps, engine.GetParameters()));
    }
}
