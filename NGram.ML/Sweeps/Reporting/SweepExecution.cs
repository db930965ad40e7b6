using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Tables;

namespace NGram.ML.Sweeps.Reporting;

/// <summary>Runs sweeps into folders.</summary>
public static class SweepExecution
{
    /// <summary>
    /// Runs those of a sweep's trials that are not yet done and writes the tables of all that are. Several processes can do this
    /// on one folder at once; a run that was killed or stopped is continued.
    /// </summary>
    /// <param name="sweep">The sweep.</param>
    /// <param name="folder">Its folder: new, empty, or of the same sweep.</param>
    /// <param name="options">How to run it; null: all of it, on all cores.</param>
    /// <param name="progress">Receives the progress; called by several threads, one at a time.</param>
    /// <param name="cancellationToken">Stops it; what is done is kept.</param>
    /// <returns>What the folder holds at the end, however the run ended.</returns>
    /// <exception cref="SweepMismatchException">The folder holds another sweep.</exception>
    /// <exception cref="ArgumentException">A setting or option is out of range; the message names it.</exception>
    /// <exception cref="InvalidDataException">A name is not a setting, or a file of the folder holds something else.</exception>
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

    /// <summary>If the folder has more repetitions than requested, only the requested ones.</summary>
    private static IReadOnlyList<SweepTrial> SweepTrialsOf(SweepFolder folder, Sweep sweep)
    {
        var asked = sweep.Trials().Select(trial => trial.Id).ToHashSet();
        return [.. folder.Trials.Where(trial => asked.Contains(trial.Id))];
    }
}
