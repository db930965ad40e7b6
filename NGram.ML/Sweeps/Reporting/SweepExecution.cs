using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>Sweeps are run into folders.</summary>
public static class SweepExecution
{
    /// <summary>
    /// Runs a sweep's trials that are not done yet and writes the tables of all that are there. Several processes may do so at
    /// once, on one folder; one that was killed or stopped is gone on with.
    /// </summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="folder">Its folder: new, empty, or of the same sweep.</param>
    /// <param name="options">How it is run; null: all of it, on all cores.</param>
    /// <param name="progress">Receives where it stands; called by several threads, one at a time.</param>
    /// <param name="cancellationToken">Stops it; what is done is kept.</param>
    /// <returns>What is there when it ends, however it ended.</returns>
    /// <exception cref="SweepMismatchException">The folder holds another sweep.</exception>
    /// <exception cref="ArgumentException">A setting or option is out of its range; the message names it.</exception>
    /// <exception cref="InvalidDataException">A name is not a setting; or a file of the folder holds something else.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static SweepResult Run(
        this Sweep sweep,
        string folder,
        SweepRunOptions? options = null,
        IProgress<SweepProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        options ??= new();
        options.Validate();
        _ = options.Select(sweep.Trials()); // before the folder is made
        var opened = SweepFolder.Open(folder, sweep);
        var trials = options.Select(SweepTrialsOf(opened, sweep));
        new SweepRun(opened, trials, options, progress, cancellationToken).Run();
        return SweepReport.Write(opened.Path);
    }

    /// <summary>Of a folder with more repetitions than are asked for, those that are asked for.</summary>
    private static IReadOnlyList<SweepTrial> SweepTrialsOf(SweepFolder folder, Sweep sweep)
    {
        var asked = sweep.Trials().Select(trial => trial.Id).ToHashSet();
        return [.. folder.Trials.Where(trial => asked.Contains(trial.Id))];
    }
}
