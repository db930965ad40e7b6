using System.Diagnostics;
using System.Runtime.CompilerServices;
using NGram.Cli.Bench.Cases;
using NGram.Cli.Bench.Reference;
using NGram.ML.Engines;
using NGram.ML.Fused;
using NGram.ML.Models;

namespace NGram.Cli.Bench.Measure;

/// <summary>Times the training steps of one engine.</summary>
internal sealed class StepTimer : IDisposable
{
    private const double LearningRate = 1e-3;
    private const int Seed = 2222;
    private const int MostSteps = 1 << 18;
    private const int SettlingSteps = 10;

    private readonly ITrainingEngine engine;
    private readonly BatchStream batches;
    private readonly int share;
    private readonly long[] ticks = new long[MostSteps];
    private int steps;

    /// <param name="model">What is trained.</param>
    /// <param name="variant">By which engine.</param>
    /// <param name="batches">On what.</param>
    /// <param name="share">Turns that it takes at once.</param>
    public StepTimer(BenchCase model, StepVariant variant, BatchStream batches, int share)
    {
        engine = variant.Create(model, Initialization.Create(model.Architecture, Seed));
        this.batches = batches;
        this.share = share;
    }

    /// <summary>Floats of a vector where it is the fused engine; null for another.</summary>
    public int? Lanes => (engine as FusedEngine)?.Lanes;

    /// <summary>Half of the timed steps took at most this, in milliseconds.</summary>
    public double Median => Milliseconds(ticks.AsSpan(0, steps).ToArray().Order().ElementAt(steps / 2));

    /// <summary>The fastest timed step, in milliseconds.</summary>
    public double Minimum => Milliseconds(ticks.AsSpan(0, steps).ToArray().Min());

    /// <summary>Untimed steps: at least one, and no more once their share of the limit is reached.</summary>
    public void Run(int most, TimeSpan limit)
    {
        limit *= share;
        long start = Stopwatch.GetTimestamp();
        do
            engine.Step(batches.Next(), LearningRate);
        while (--most > 0 && Stopwatch.GetElapsedTime(start) < limit);
    }

    /// <summary>Times steps for a while, at least one. Allocates nothing of its own.</summary>
    public void Measure(TimeSpan turn)
    {
        // What ran before has taken the caches, which a training would have to itself.
        if (steps > 0 && Milliseconds(ticks[steps - 1]) * SettlingSteps < share * turn.TotalMilliseconds)
            Run(SettlingSteps, turn);
        MeasureUntil(Stopwatch.GetTimestamp() + (long)(share * turn.TotalSeconds * Stopwatch.Frequency));
    }

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();

    // Compiled once and for all: a loop that is replaced while it runs would be slower.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MeasureUntil(long end)
    {
        for (long now = 0L; now < end && steps < MostSteps; steps++)
        {
            var batch = batches.Next();
            long start = Stopwatch.GetTimestamp();
            engine.Step(batch, LearningRate);
            now = Stopwatch.GetTimestamp();
            ticks[steps] = now - start;
        }
    }

    private static double Milliseconds(long ticks) => ticks * 1e3 / Stopwatch.Frequency;
}
