using System.Diagnostics;
using NGram.Cli.Bench.Cases;
using NGram.Cli.Bench.Reference;
using NGram.Cli.Terminal;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.ML.Experiments;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Native;
using TorchSharp;

namespace NGram.Cli.Bench.Measure;

/// <summary>Carries out a plan.</summary>
internal sealed class BenchRun(BenchPlan plan, IProgress<ProgressStep>? progress, CancellationToken cancellation)
{
    private const int Seed = 2222;
    private const int DenseVocabularySize = 200;
    private const double DenseAlpha = 0.9;

    /// <summary>Names in the results that are not those of a <see cref="StepVariant"/>.</summary>
    public const string MachineCase = "machine", Peak = "peak, one core", NotebookLaw = "notebook's law",
        NotebookView = "notebook's law, IDataView", DenseLaw = "dense rows, N = 200";

    private readonly List<Measurement> steps = [];
    private readonly List<Measurement> others = [];
    private readonly long start = Stopwatch.GetTimestamp();
    private readonly Dictionary<int, double> peaks = [];

    /// <summary>Measures everything; when it is cancelled, what was measured until then.</summary>
    /// <remarks>libtorch has one thread meanwhile, as the fused engine.</remarks>
    public BenchResults Run()
    {
        TorchLibrary.Load();
        var machine = Machine.Describe() with { Torch = torch.__version__ };
        int threads = torch.get_num_threads();
        torch.set_num_threads(1);
        try
        {
            MeasureAll();
        }
        catch (OperationCanceledException) when (steps.Count + others.Count > 0)
        {
            // What was measured is kept.
        }
        finally
        {
            torch.set_num_threads(threads);
        }
        AddShares();
        return new(
            machine,
            plan.Quick,
            [.. plan.Names.Where(name => !others.Exists(m => m.Case == CaseOf(name)))],
            [.. steps, .. others]);
    }

    private static string CaseOf(string name) => name == BenchPlan.Prediction ? PredictionRates.Batch : name;

    private void MeasureAll()
    {
        MeasurePeaks();
        for (int i = 0; i < plan.Names.Count; i++)
        {
            string name = plan.Names[i];
            progress?.Report(new("bench", (double)i / plan.Names.Count, name, Stopwatch.GetElapsedTime(start), null));
            cancellation.ThrowIfCancellationRequested();
            var duration = DurationOf(i);
            switch (name)
            {
                case BenchPlan.Sampler: MeasureSampler(duration); break;
                case BenchPlan.Prediction: others.AddRange(new PredictionRates(duration, cancellation).Measure()); break;
                case BenchPlan.Growth: MeasureGrowth(duration); break;
                case BenchPlan.WholeJob: MeasureWholeJob(); break;
                default: MeasureSteps(BenchCase.All.Single(model => model.Name == name), duration); break;
            }
        }
        MeasurePeaks();
        progress?.Report(new("bench", 1, "done", Stopwatch.GetElapsedTime(start), null));
    }

    /// <summary>Before and after everything else; the better one counts.</summary>
    private void MeasurePeaks()
    {
        foreach (int lanes in VectorWidths.InHardware)
        {
            double peak = VectorWidths.Peak(lanes, plan.PeakDuration / VectorWidths.InHardware.Count);
            peaks[lanes] = Math.Max(peaks.GetValueOrDefault(lanes), peak);
        }
    }

    private void MeasureSteps(BenchCase model, TimeSpan duration)
    {
        var batches = BatchStream.Of(model);
        var variants = StepVariant.Of(model);
        var timers = Time(
            duration,
            variants.Select(variant => new StepTimer(model, variant, batches.Again(), variant.Share)));
        foreach (var (variant, times) in variants.Zip(timers))
            steps.Add(new(model.Name, variant.Name, times.Median, Measurement.MillisecondsPerStep));
        foreach (var (variant, times) in variants.Zip(timers))
            others.Add(new(model.Name, variant.Name, times.Minimum, Measurement.MinimumMilliseconds));
        double fused = steps.Last(step => step.Variant == StepVariant.Fused.Name).Value;
        foreach (var (variant, times) in variants.Zip(timers).TakeWhile(pair => pair.First != StepVariant.Fused))
            others.Add(new(model.Name, $"{variant.Name} / {StepVariant.Fused.Name}", times.Median / fused, Measurement.Ratio));
        foreach (var (variant, times) in variants.Zip(timers).Where(pair => pair.Second.Lanes is not null))
            others.Add(new(model.Name, variant.Name, times.Lanes!.Value, Measurement.Lanes));

        var work = StepWork.Of(model.Architecture, PrefixCounts.Mean(batches, model.Architecture.ContextWindow));
        others.Add(new(model.Name, Measurement.Work, work.Flops, Measurement.FlopsPerStep));
        others.Add(new(model.Name, Measurement.Work, work.Bytes, Measurement.BytesPerStep));
    }

    private void MeasureSampler(TimeSpan duration)
    {
        var notebook = new PowerLaw();
        var sampler = new SequenceSampler(notebook.CreateDistribution(Seed), notebook.Order, Seed);
        void Add(string variant, double rate) => others.Add(new(BenchPlan.Sampler, variant, rate, Measurement.RowsPerSecond));
        Add(NotebookLaw, SamplerRate.OfMatrix(sampler, duration / 3, cancellation));
        Add(NotebookView, SamplerRate.OfView(sampler, duration / 3, cancellation));
        var dense = new PowerLaw
        {
            VocabularySize = DenseVocabularySize,
            Alphas = [DenseAlpha, DenseAlpha, DenseAlpha],
            Supports = [DenseVocabularySize, DenseVocabularySize, DenseVocabularySize],
        };
        sampler = new SequenceSampler(dense.CreateDistribution(Seed), dense.Order, Seed);
        Add(DenseLaw, SamplerRate.OfMatrix(sampler, duration / 3, cancellation));
    }

    /// <summary>By the fastest steps: what else runs on the machine slows long steps more than short ones.</summary>
    private void MeasureGrowth(TimeSpan duration)
    {
        foreach (var axis in GrowthAxis.All)
        {
            var models = axis.Sizes.Select(axis.At).ToList();
            var times = Time(
                duration / GrowthAxis.All.Count,
                models.Select(model => new StepTimer(model, StepVariant.Fused, BatchStream.Of(model), share: 1)));
            foreach (var (size, time) in axis.Sizes.Zip(times))
            {
                others.Add(
                    new(
                        BenchPlan.Growth,
                        FormattableString.Invariant($"{axis.Name} = {size}"),
                        time.Minimum,
                        Measurement.MinimumMilliseconds));
            }

            double exponent = PowerFit.Exponent(
                [.. axis.Sizes.Select(size => (double)size)],
                [.. times.Select(time => time.Minimum)]);
            others.Add(new(BenchPlan.Growth, axis.Name, exponent, Measurement.Exponent));
        }
    }

    /// <summary>
    /// In this process, without files: sampling, training, baseline, bounds. Left out where the plan's time ends first.
    /// </summary>
    private void MeasureWholeJob()
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        if (plan.Limit is { } limit)
            end.CancelAfter(Left(limit));
        long before = Stopwatch.GetTimestamp();
        using var result = Experiment.Run(new ExperimentSettings(), cancellationToken: end.Token);
        double seconds = Stopwatch.GetElapsedTime(before).TotalSeconds;
        cancellation.ThrowIfCancellationRequested();
        if (!end.IsCancellationRequested)
            others.Add(new(BenchPlan.WholeJob, result.Summary.Engine, seconds, Measurement.Seconds));
    }

    /// <summary>
    /// The planned time of the name at <paramref name="index"/>, less where a slow machine has used up that of others.
    /// </summary>
    private TimeSpan DurationOf(int index)
    {
        var planned = plan.DurationOf(plan.Names[index]);
        if (plan.Limit is not { } limit)
            return planned;
        double rest = plan.Names.Skip(index).Sum(name => plan.DurationOf(name).TotalSeconds);
        return planned * Math.Min(1, Left(limit).TotalSeconds / rest);
    }

    private TimeSpan Left(TimeSpan limit)
    {
        var left = limit - Stopwatch.GetElapsedTime(start);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private List<(double Median, double Minimum, int? Lanes)> Time(TimeSpan duration, IEnumerable<StepTimer> engines)
    {
        var timers = new List<StepTimer>();
        try
        {
            foreach (var timer in engines)
                timers.Add(timer);
            SideBySide.Measure(timers, duration, cancellation);
            return [.. timers.Select(timer => (timer.Median, timer.Minimum, timer.Lanes))];
        }
        finally
        {
            timers.ForEach(timer => timer.Dispose());
        }
    }

    /// <summary>
    /// Last of all, when the peaks are known from before and after: a width's own for the fused engine, the best for others.
    /// </summary>
    private void AddShares()
    {
        foreach (var step in steps)
        {
            double work = others.First(m => m.Case == step.Case && m.Unit == Measurement.FlopsPerStep).Value;
            var lanes = others.Find(m => m.Case == step.Case && m.Variant == step.Variant && m.Unit == Measurement.Lanes);
            double peak = lanes is null ? peaks.Values.Max() : peaks[(int)lanes.Value];
            others.Add(new(step.Case, step.Variant, work / (step.Value * 1e-3) / peak, Measurement.Share));
        }
        others.Add(new(MachineCase, Peak, peaks.Values.Max(), Measurement.FlopsPerSecond));
        foreach (var (lanes, peak) in peaks)
            others.Add(new(MachineCase, $"{Peak}, {lanes} lanes", peak, Measurement.FlopsPerSecond));
    }
}
