using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace NGram.ML.Fused.Threading;

/// <summary>Where a team's caller leaves work for its threads, and where they wait for each other within it.</summary>
/// <remarks>
/// A waiting thread spins for some microseconds, then yields its core, then sleeps until woken: fast where every thread has a
/// core, and not much slower than one thread where there are more threads than free cores. A thread announces that it is going to
/// sleep before it looks for the last time, and one that changed something checks afterwards whether anybody sleeps: at least one
/// of the two sees what the other did.
/// </remarks>
internal sealed class TeamPost
{
    /// <summary>Spins before the core is yielded: some 50 microseconds.</summary>
    private const int Looks = 1500;

    /// <summary>Yields before going to sleep.</summary>
    private const int Offers = 20;

    private static readonly int LooksHere = Environment.ProcessorCount == 1 ? 0 : Looks;

    private readonly object gate = new();
    private Action<Part>? work;
    private ExceptionDispatchInfo? failure;
    private Counters counters;
    private int sleepers;
    private bool closed;

    /// <summary>What a thread waits for.</summary>
    private enum Event
    {
        NextPiece,
        AllDone,
        AllArrived,
    }

    /// <summary>What a thread threw during the last piece of work; the first if several did.</summary>
    public ExceptionDispatchInfo? Failure => Volatile.Read(ref failure);

    /// <summary>Leaves a piece of work for the given number of threads.</summary>
    public void Publish(Action<Part> piece, int threads)
    {
        (work, failure) = (piece, null);
        counters.Pending = threads;
        counters.Arrivals = 0;
        Interlocked.Increment(ref counters.Piece);
        Wake();
    }

    /// <summary>Returns when all threads have done their parts.</summary>
    public void AwaitAll()
    {
        Await(Event.AllDone, 0);
        work = null; // A sleeping thread must not keep the model alive.
    }

    /// <summary>
    /// Returns when all threads together have come here so often since the piece of work was published: what each wrote before is
    /// then seen by all.
    /// </summary>
    /// <returns>Whether none of them has failed; one that has does not come.</returns>
    public bool Meet(int arrivals)
    {
        if (Interlocked.Increment(ref counters.Arrivals) == arrivals)
            Wake();
        else
            Await(Event.AllArrived, arrivals);
        return Failure is null;
    }

    /// <summary>Keeps what a thread threw, and ends the waiting of those that meet.</summary>
    public void Fail(Exception exception)
    {
        Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
        Wake();
    }

    /// <summary>Does one part of every piece until the post is closed.</summary>
    public void Serve(Part part)
    {
        for (int done = 0; ; done++)
        {
            Await(Event.NextPiece, done);
            if (Volatile.Read(ref closed))
                return;
            try
            {
                work!(part);
            }
            catch (Exception exception)
            {
                Fail(exception);
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

    private void Await(Event awaited, int value)
    {
        for (int looks = 0; !HasHappened(awaited, value); looks++)
        {
            if (looks < LooksHere)
                Thread.SpinWait(1);
            else if (looks < LooksHere + Offers)
                Thread.Yield();
            else
                Sleep(awaited, value);
        }
    }

    private bool HasHappened(Event awaited, int value) => awaited switch
    {
        Event.NextPiece => Volatile.Read(ref counters.Piece) != value,
        Event.AllDone => Volatile.Read(ref counters.Pending) <= 0,
        _ => Volatile.Read(ref counters.Arrivals) >= value || Failure is not null,
    };

    private void Sleep(Event awaited, int value)
    {
        lock (gate)
        {
            Interlocked.Increment(ref sleepers);
            if (!HasHappened(awaited, value))
                Monitor.Wait(gate);
            Interlocked.Decrement(ref sleepers);
        }
    }

    /// <summary>To be called after an interlocked change.</summary>
    private void Wake()
    {
        if (Volatile.Read(ref sleepers) == 0)
            return;
        lock (gate)
            Monitor.PulseAll(gate);
    }

    /// <summary>Each on its own cache line; otherwise a write by one thread would disturb the others that spin.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 5 * Line)]
    private struct Counters
    {
        private const int Line = 128;

        /// <summary>Pieces published.</summary>
        [FieldOffset(Line)]
        public int Piece;

        /// <summary>Number of threads that have not yet done their part of the last piece.</summary>
        [FieldOffset(2 * Line)]
        public int Pending;

        /// <summary>How often threads have come to a meeting during the last piece.</summary>
        [FieldOffset(3 * Line)]
        public int Arrivals;
    }
}
