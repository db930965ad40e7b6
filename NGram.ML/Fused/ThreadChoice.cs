using NGram.ML.Models;

namespace NGram.ML.Fused;

/// <summary>Whether the threads of a training share its steps: where together they are faster than one.</summary>
/// <remarks>
/// Any number of threads gives the same bits, so the training itself may try it: now and then some steps by all threads are held
/// against some by one. What is faster depends on the machine and on what else it does: threads without a core of their own wait
/// for each other, and cores without a common cache exchange all that both of them use.
/// </remarks>
/// <param name="most">Threads, at least 2.</param>
internal sealed class ThreadChoice(int most)
{
    /// <summary>Floating-point operations of a step for every thread; with fewer they would mostly wait for each other.</summary>
    private const double FlopsOfThread = 1e7;

    /// <summary>Steps of a trial in each way, the first one untimed: it moves what is in the cache.</summary>
    private const int TrialSteps = 9;

    /// <summary>Steps between two trials: doubled whenever nothing has changed.</summary>
    private const int LeastPause = 32, MostPause = 4096;

    /// <summary>The other way must take less than this share of the present one's time.</summary>
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

    /// <summary>Threads that did most of the steps.</summary>
    public int Threads => steps[1] >= steps[0] ? most : 1;

    /// <summary>The most threads that the arithmetic of a step keeps busy, at most the cores.</summary>
    public static int Most(Architecture architecture, int batchSize, int cores) =>
        (int)Math.Clamp(StepWork.OfUniform(architecture, batchSize).Flops / FlopsOfThread, 1, cores);

    /// <summary>Told of every step how long it took.</summary>
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
