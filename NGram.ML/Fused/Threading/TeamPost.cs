using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace NGram.ML.Fused.Threading;

/// <summary>Where a team's caller leaves work and its threads find it.</summary>
/// <remarks>
/// Who waits looks for some microseconds without giving up the core, then lets others have it, then sleeps until woken: quick
/// where every thread has a core, and not much slower than one thread where there are more threads than free cores. Who is about
/// to sleep says so before looking for the last time, and who has changed something looks afterwards whether anybody sleeps: at
/// least one of the two sees what the other did.
/// </remarks>
internal sealed class TeamPost
{
    /// <summary>Looks before the core is offered to others: some 50 microseconds.</summary>
    private const int Looks = 1500;

    /// <summary>Offers before going to sleep.</summary>
    private const int Offers = 20;

    private static readonly int LooksHere = Environment.ProcessorCount == 1 ? 0 : Looks;

    private readonly object gate = new();
    private Action<Part>? work;
    private ExceptionDispatchInfo? failure;
    private Counters counters;
    private int sleepers;
    private bool closed;

    /// <summary>Leaves a piece of work for so many threads.</summary>
    public void Publish(Action<Part> piece, int threads)
    {
        (work, failure) = (piece, null);
        counters.Pending = threads;
        Interlocked.Increment(ref counters.Piece);
        Wake();
    }

    /// <summary>Returns when all threads have done their parts; throws what one of them threw.</summary>
    public void AwaitAll()
    {
        for (int looks = 0; Volatile.Read(ref counters.Pending) > 0; looks++)
            Wait(looks, ofPending: true, 0);
        work = null; // Nobody who sleeps holds the model.
    }

    /// <summary>What a thread threw while it did its part of the last piece; the first where several did.</summary>
    public ExceptionDispatchInfo? Failure => failure;

    /// <summary>Does a part of every piece until the post is closed.</summary>
    public void Serve(Part part)
    {
        for (int done = 0; ; done++)
        {
            for (int looks = 0; Volatile.Read(ref counters.Piece) == done; looks++)
                Wait(looks, ofPending: false, done);
            if (Volatile.Read(ref closed))
                return;
            try
            {
                work!(part);
            }
            catch (Exception exception)
            {
                Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            }
            if (Interlocked.Decrement(ref counters.Pending) == 0)
                Wake();
        }
    }

    /// <summary>Ends <see cref="Serve"/>.</summary>
    public void Close()
    {
        Volatile.Write(ref closed, true);
        Interlocked.Increment(ref counters.Piece);
        Wake();
    }

    private void Wait(int looks, bool ofPending, int done)
    {
        if (looks < LooksHere)
            Thread.SpinWait(1);
        else if (looks < LooksHere + Offers)
            Thread.Yield();
        else
            Sleep(ofPending, done);
    }

    /// <summary>Until a thread has done its part, or there is another piece.</summary>
    private void Sleep(bool ofPending, int done)
    {
        lock (gate)
        {
            Interlocked.Increment(ref sleepers);
            if (ofPending ? Volatile.Read(ref counters.Pending) > 0 : Volatile.Read(ref counters.Piece) == done)
                Monitor.Wait(gate);
            Interlocked.Decrement(ref sleepers);
        }
    }

    /// <summary>After an interlocked change.</summary>
    private void Wake()
    {
        if (Volatile.Read(ref sleepers) == 0)
            return;
        lock (gate)
            Monitor.PulseAll(gate);
    }

    /// <summary>Each on a cache line of its own, or what one thread writes would disturb others that look.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 4 * Line)]
    private struct Counters
    {
        private const int Line = 128;

        /// <summary>Pieces published.</summary>
        [FieldOffset(Line)]
        public int Piece;

        /// <summary>Threads that have not done their part of the last piece yet.</summary>
        [FieldOffset(2 * Line)]
        public int Pending;
    }
}
