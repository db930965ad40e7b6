using NGram.ML.Models;

namespace NGram.ML.Fused;

/// <summary>Decides whether the threads of a training share its steps: they do where that is faster than one thread.</summary>
/// <remarks>
/// Any number of threads gives the same bits, so the training itself can try: now and then some steps by all threads are timed
/// against some by one. Which is faster depends on the machine and its other work: threads without a core of their own wait for
/// each other, and cores without a common cache have to exchange whatever both of them use.
/// </remarks>
/// <param name="most">The number of threads, at least 2.</param>
internal sealed class ThreadChoice(int most)
{
    /// <summary>Floating-point operations of a step per thread; with fewer, threads would mostly wait for each other.</summary>
    private const double FlopsOfThread = 1e7;

    /// <summary>Steps that a trial takes each way; the first is not timed, since it moves what is in the caches.</summary>
    private const int TrialSteps = 9;

    /// <summary>Steps between two trials: doubled whenever nothing has changed.</summary>
    private const int LeastPause = 32, MostPause = 4096;

    /// <summary>To be chosen, the other way must take less than this share of the current one's time.</summary>
    private const double Gain = 0.9;

    private readonly long[] steps = new long[2], times = new long[2];
    private Stage stage;
    private int left = LeastPause, pause = LeastPause;

    private enum Stage
    {
        Pause,
        OtherWay,
        PresentWay,
    }

    /// <summary>Whether all threads share the next step.</summary>
    public bool Together { get; private set; } = true;

    /// <summary>The number of threads that did most of the steps.</summary>
    public int Threads => steps[1] >= steps[0] ? most : 1;

    /// <summary>The most threads that the arithmetic of a step keeps busy, at most the cores.</summary>
    public static int Most(Architecture architecture, int batchSize, int cores) =>
        (int)Math.Clamp(StepWork.OfUniform(architecture, batchSize).Flops / FlopsOfThread, 1, cores);

    /// <summary>Records how long a step took.</summary>
    public void Took(long ticks)
    {
        int way = Together ? 1 : 0;
        steps[way]++;
        if (left < TrialSteps)
            times[way] += ticks;
        if (--left == 0)
            Advance(way);
    }

    private void Advance(int way)
    {
        if (stage == Stage.PresentWay && times[1 - way] >= Gain * times[way])
        {
            (stage, pause) = (Stage.Pause, Math.Min(2 * pause, MostPause));
            left = pause;
            return;
        }
        Together = !Together;
        if (stage == Stage.PresentWay)
        {
            (stage, pause) = (Stage.Pause, LeastPause);
            left = pause;
            return;
        }
        stage++;
        left = TrialSteps;
        if (stage == Stage.OtherWay)
            Array.Clear(times);
    }
}
