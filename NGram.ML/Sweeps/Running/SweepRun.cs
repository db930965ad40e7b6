using System.Runtime.ExceptionServices;
using NGram.Data.IO;

namespace NGram.ML.Sweeps.Running;

/// <summary>
/// Runs the trials of a folder that are not settled, each once, several at a time, the longest first. Other processes may do the
/// same: a trial that one of them is at is waited for.
/// </summary>
/// <param name="folder">The folder.</param>
/// <param name="trials">Those to see settled, the longest first.</param>
/// <param name="options">How.</param>
/// <param name="progress">Receives where it stands.</param>
/// <param name="cancellation">Interrupts the trials that run; what is done is kept.</param>
internal sealed class SweepRun(
    SweepFolder folder,
    IReadOnlyList<SweepTrial> trials,
    SweepRunOptions options,
    IProgress<SweepProgress>? progress,
    CancellationToken cancellation)
{
    // How often it looks whether another process has finished a trial, or died.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly List<SweepTrial> waiting = [];
    private readonly HashSet<string> retried = [];
    private readonly SweepMeter meter = new(trials, progress);

    /// <summary>Runs them.</summary>
    /// <returns>Whether all are settled: neither the token nor a limit nor a failure stopped the run.</returns>
    public bool Run()
    {
        folder.Recover();
        foreach (var trial in trials)
        {
            var record = folder.ReadRecord(trial);
            if (record is { Status: TrialStatus.Failed } && options.RetryFailed)
                retried.Add(trial.Id);
            if (NeedsRun(trial, record))
                waiting.Add(trial);
            else
                meter.Settle(trial, record!, isNew: false);
        }
        meter.Report();

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (options.TimeLimit is { } limit)
            stop.CancelAfter(limit);
        int jobs = Math.Min(options.Jobs ?? Environment.ProcessorCount, Math.Max(1, waiting.Count));
        var workers = Enumerable.Range(0, jobs)
            .Select(_ => Task.Factory.StartNew(() => Work(stop), CancellationToken.None, TaskCreationOptions.LongRunning,
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
        return !stop.IsCancellationRequested || waiting.Count == 0 && meter.IsWhole;
    }

    private void Work(CancellationTokenSource stop)
    {
        try
        {
            while (Next(stop.Token) is var (trial, claim))
            {
                using (claim)
                {
                    meter.Begin(trial);
                    var record = TrialRun.Run(trial, meter.Of(trial), stop.Token);
                    folder.WriteRecord(record);
                    meter.Settle(trial, record, isNew: true);
                    if (record.Status == TrialStatus.Failed && options.FailFast)
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

    /// <summary>The next trial, taken; null: none is left.</summary>
    private (SweepTrial Trial, OutputLock Claim)? Next(CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            lock (gate)
            {
                for (int i = 0; i < waiting.Count; i++)
                {
                    var trial = waiting[i];
                    if (folder.TryClaim(trial) is not { } claim)
                        continue;
                    waiting.RemoveAt(i--);
                    // Another process may have settled it meanwhile.
                    var record = folder.ReadRecord(trial);
                    if (NeedsRun(trial, record))
                    {
                        retried.Remove(trial.Id);
                        return (trial, claim);
                    }
                    claim.Dispose();
                    meter.Settle(trial, record!, isNew: false);
                }
                if (waiting.Count == 0)
                    return null;
            }
            stop.WaitHandle.WaitOne(Pause);
        }
        return null;
    }

    private bool NeedsRun(SweepTrial trial, TrialRecord? record) =>
        record is not { IsSettled: true } || record.Status == TrialStatus.Failed && retried.Contains(trial.Id);
}
