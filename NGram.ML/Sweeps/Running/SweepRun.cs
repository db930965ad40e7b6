using System.Runtime.ExceptionServices;
using NGram.Data.IO;

namespace NGram.ML.Sweeps.Running;

/// <summary>
/// Runs the trials of a folder that are not settled, each once, several at a time and the longest first; those of a search run
/// one after the other. Other processes may do the same: the run waits for a trial that one of them is running.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="lines">The lines to see settled, the longest first.</param>
/// <param name="options">How to run them.</param>
/// <param name="progress">Receives the progress.</param>
/// <param name="cancellation">Interrupts the running trials; what is done is kept.</param>
internal sealed class SweepRun(
    SweepFolder folder,
    IReadOnlyList<TrialLine> lines,
    SweepRunOptions options,
    IProgress<SweepProgress>? progress,
    CancellationToken cancellation)
{
    // How often it checks whether another process has finished a trial, or died.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly List<TrialLine> waiting = [];
    private readonly HashSet<string> retried = [], met = [];
    private readonly SweepMeter meter = new(lines, progress);
    private int open = lines.Count;

    /// <summary>Runs the trials.</summary>
    /// <returns>Whether all are settled, so that no token, limit or failure stopped the run.</returns>
    public bool Run()
    {
        folder.Recover();
        if (options.RetryFailed)
        {
            foreach (var trial in lines.SelectMany(line => line.Trials))
            {
                if (folder.ReadRecord(trial) is { Status: TrialStatus.Failed })
                    retried.Add(trial.Id);
            }
        }
        foreach (var line in lines)
        {
            if (Advance(line) is not null)
                waiting.Add(line);
        }
        meter.Report();

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.TimeLimit is { } limit)
            stop.CancelAfter(limit);
        int jobs = Math.Min(options.Jobs ?? Environment.ProcessorCount, Math.Max(1, waiting.Count));
        var workers = Enumerable.Range(0, jobs)
            .Select(_ => Task.Factory.StartNew(() => Work(jobs, stop), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default))
            .ToArray();
        try
        {
            Task.WaitAll(workers, CancellationToken.None);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
        return open == 0;
    }

    private void Work(int jobs, CancellationTokenSource stop)
    {
        try
        {
            while (Next(stop.Token) is var (line, trial, claim))
            {
                using (claim)
                {
                    meter.Begin(trial);
                    var record = TrialRun.Run(trial, jobs, meter.Of(trial), stop.Token);
                    folder.WriteRecord(record);
                    lock (gate)
                    {
                        meter.Settle(trial, record, isNew: true);
                        met.Add(trial.Id);
                        retried.Remove(trial.Id);
                        // A line that has begun continues before those that have not.
                        if (record.IsSettled && Advance(line) is not null)
                            waiting.Insert(0, line);
                    }
                    if (record.Status == TrialStatus.Failed && !line.Accepts(record) && options.FailFast)
                        stop.Cancel();
                }
            }
        }
        catch
        {
            // The folder cannot be written: nothing that the others do would be kept.
            stop.Cancel();
            throw;
        }
    }

    /// <summary>Takes the next trial; null if none is left.</summary>
    private (TrialLine Line, SweepTrial Trial, OutputLock Claim)? Next(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            lock (gate)
            {
                for (int i = 0; i < waiting.Count; i++)
                {
                    var line = waiting[i];
                    if (Advance(line) is not { } trial)
                    {
                        // Another process has settled the last of it in the meantime.
                        waiting.RemoveAt(i--);
                        continue;
                    }
                    if (folder.TryClaim(trial) is not { } claim)
                        continue;
                    // Another process may have settled it in the meantime.
                    var now = Advance(line);
                    if (now != trial)
                        claim.Dispose();
                    if (now == trial || now is null)
                        waiting.RemoveAt(i);
                    if (now == trial)
                        return (line, trial, claim);
                    i--;
                }
                if (waiting.Count == 0)
                    return null;
            }
            stop.WaitHandle.WaitOne(Pause);
        }
        return null;
    }

    /// <summary>
    /// The trial of a line to run now, after counting all before it; null if the line has ended, which is counted too.
    /// </summary>
    private SweepTrial? Advance(TrialLine line)
    {
        var (done, next) = line.Walk(Settled);
        foreach (var trial in done.Where(trial => met.Add(trial.Id)))
            meter.Settle(trial, folder.ReadRecord(trial)!, isNew: false);
        if (next is null)
        {
            meter.End(line, done);
            open--;
        }
        return next;
    }

    private TrialRecord? Settled(SweepTrial trial) =>
        folder.ReadRecord(trial) is { IsSettled: true } record
        && !(record.Status == TrialStatus.Failed && retried.Contains(trial.Id)) ? record : null;
}
