using System.Diagnostics;
using NGram.ML.Experiments;
using NGram.ML.Shards;
using NGram.ML.Training;

namespace NGram.ML.Sweeps.Running;

/// <summary>What a sweep will take on this machine, estimated by training a few of its trials for a moment each.</summary>
/// <param name="Trials">The trials, each once, the longest first.</param>
/// <param name="Jobs">Trials at a time.</param>
internal sealed record SweepPlan(IReadOnlyList<PlannedTrial> Trials, int Jobs)
{
    private const double MeasuredSeconds = 1, LeastSeconds = 0.3;
    private const int SamplesOfSweep = 3;

    private const double LeastShare = 0.1;

    private static readonly TimeSpan CompileTime = TimeSpan.FromSeconds(0.3), Patience = TimeSpan.FromSeconds(5);

    /// <summary>Expected seconds for all trials, one after the other.</summary>
    public double SecondsOfWork => Trials.Sum(trial => trial.Seconds);

    /// <summary>Expected seconds to the end of the last trial, if each job always takes the longest trial left.</summary>
    public double Seconds => Loads(Trials.Select(trial => trial.Seconds), Jobs).Max();

    /// <summary>Measures a sweep's trials.</summary>
    /// <param name="trials">Those that would run, the longest first.</param>
    /// <param name="jobs">Trials at a time; the same number are measured at a time, since they share the machine.</param>
    /// <param name="progress">Receives the share of the samples that are measured, or null.</param>
    /// <param name="cancellation">Stops it.</param>
    public static SweepPlan Measure(
        IReadOnlyList<SweepTrial> trials, int jobs, IProgress<double>? progress, CancellationToken cancellation)
    {
        jobs = Math.Clamp(trials.Count, 1, jobs);
        var works = trials.ToDictionary(trial => trial, trial => TrialWork.Of(trial.Settings));
        var samples = trials.GroupBy(trial => trial.Sweep).SelectMany(sweep => Samples([.. sweep], works)).ToList();
        double share = samples.DistinctBy(trial => trial.Sweep)
            .Select(first => WarmUp(first, cancellation))
            .DefaultIfEmpty(1)
            .Average();
        // As if nothing else used the processors.
        var time = TimeSpan.FromSeconds(Math.Max(LeastSeconds, MeasuredSeconds / Math.Max(1, samples.Count))) / share;
        var measured = samples
            .Select((trial, i) =>
            {
                progress?.Report((double)i / samples.Count);
                return (trial.Sweep, works[trial].StepFlops, Cost: Sample(trial, jobs, time, cancellation));
            })
            .ToLookup(sample => sample.Sweep, sample => (sample.StepFlops, sample.Cost));
        return new(
            [
                .. trials.Select(trial =>
                    new PlannedTrial(trial, works[trial], Expected(works[trial], [.. measured[trial.Sweep]])))
                    .OrderByDescending(trial => trial.Seconds),
            ],
            jobs);
    }

    /// <summary>The number of packs of about this many seconds each: the shards to run in that many processes.</summary>
    public IReadOnlyList<IReadOnlyList<PlannedTrial>> Packs(double seconds)
    {
        int count = (int)Math.Clamp(Math.Ceiling(SecondsOfWork / seconds), 1, Math.Max(1, Trials.Count));
        return [.. Enumerable.Range(1, count).Select(i => new WorkShard(i, count).Of(Trials).ToList())];
    }

    /// <summary>The smallest, the middle and the largest step.</summary>
    private static IEnumerable<SweepTrial> Samples(List<SweepTrial> sweep, Dictionary<SweepTrial, TrialWork> works)
    {
        var bySteps = sweep.OrderBy(trial => works[trial].StepFlops).DistinctBy(trial => works[trial].StepFlops).ToList();
        return Enumerable.Range(0, SamplesOfSweep)
            .Select(i => bySteps[i * (bySteps.Count - 1) / (SamplesOfSweep - 1)])
            .Distinct();
    }

    /// <summary>Trains until the code of its models is compiled.</summary>
    /// <returns>The share of a processor that other processes left free.</returns>
    private static double WarmUp(SweepTrial trial, CancellationToken cancellation)
    {
        var (clock, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        TimeSpan own;
        do
        {
            _ = Sample(trial, 1, CompileTime, cancellation);
            own = Environment.CpuUsage.TotalTime - used;
        }
        while (own < CompileTime && clock.Elapsed < Patience);
        return Math.Clamp(own / clock.Elapsed, LeastShare, 1);
    }

    /// <summary>Seconds per step, and for what a trial does besides its steps.</summary>
    private static (double Step, double Beside) Sample(SweepTrial trial, int jobs, TimeSpan time, CancellationToken cancellation)
    {
        var settings = TrialRun.Beside(trial.Settings, jobs);
        settings = settings with { Training = settings.Training with { TimeLimit = time } };
        var samples = new (double Step, double Beside)[jobs];
        var (clock, used) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var threads = Enumerable.Range(0, jobs).Select(job => Task.Factory.StartNew(
            () =>
            {
                var pace = new Pace();
                using var result = Experiment.Run(settings, progress: pace, cancellationToken: cancellation);
                samples[job] = (pace.SecondsOfStep, result.Summary.Seconds - result.Summary.TrainingSeconds);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        Task.WaitAll([.. threads], CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        // Other processes' use of the processors during the measurement is not permanent.
        double share = Math.Min(
            1,
            (Environment.CpuUsage.TotalTime - used) / clock.Elapsed / Math.Min(jobs, Environment.ProcessorCount));
        return (share * samples.Average(sample => sample.Step), share * samples.Average(sample => sample.Beside));
    }

    /// <summary>Between two measured steps, time grows linearly with arithmetic.</summary>
    private static double Expected(TrialWork work, (double Flops, (double Step, double Beside) Cost)[] measured)
    {
        var below = measured.LastOrDefault(sample => sample.Flops <= work.StepFlops, measured[0]);
        var above = measured.FirstOrDefault(sample => sample.Flops >= work.StepFlops, measured[^1]);
        double share = above.Flops > below.Flops ? (work.StepFlops - below.Flops) / (above.Flops - below.Flops) : 0;
        double Mix(double a, double b) => a + share * (b - a);
        return work.Steps * Mix(below.Cost.Step, above.Cost.Step) + Mix(below.Cost.Beside, above.Cost.Beside);
    }

    private static double[] Loads(IEnumerable<double> longestFirst, int jobs)
    {
        double[] loads = new double[jobs];
        foreach (double seconds in longestFirst)
            loads[Array.IndexOf(loads, loads.Min())] += seconds;
        return loads;
    }

    /// <summary>A training's pace after its first tenth of a second, in which code is compiled and memory first used.</summary>
    private sealed class Pace : IProgress<ExperimentProgress>
    {
        private TrainingProgress? first, last;

        public double SecondsOfStep
        {
            get
            {
                if (last is null)
                    return 0;
                var (steps, time) = (Steps(last), last.Elapsed);
                if (first is not null && Steps(first) < steps)
                    (steps, time) = (steps - Steps(first), time - first.Elapsed);
                return time.TotalSeconds / steps;
            }
        }

        public void Report(ExperimentProgress value)
        {
            if (value.Stage == ExperimentStage.Training && value.Training is { } training)
                (first, last) = (first ?? training, training);
        }

        private static long Steps(TrainingProgress progress) => (progress.Epoch - 1L) * progress.Batches + progress.Batch;
    }
}
