namespace NGram.ML.Fused.Threading;

/// <summary>
/// A few threads that share one piece of work after another. A piece takes microseconds, so they spin for a short time waiting
/// for the next one; then they sleep. A piece allocates nothing.
/// </summary>
/// <remarks>
/// The threads reference only the <see cref="TeamPost"/>, so that a team that nobody disposed ends them when it is finalized.
/// </remarks>
internal sealed class Team : IDisposable
{
    private readonly int all;
    private readonly TeamPost post;
    private readonly Thread[] workers;

    /// <param name="members">Number of threads, including the caller's own; at least 1.</param>
    public Team(int members)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(members, 1);
        all = members;
        post = new TeamPost();
        workers = new Thread[members - 1];
        for (int i = 0; i < workers.Length; i++)
        {
            var part = new Part(i + 1, members);
            var place = post;
            workers[i] = new Thread(() => place.Serve(part)) { IsBackground = true, Name = $"NGram training {i + 1}" };
            workers[i].Start();
        }
        if (members == 1)
            GC.SuppressFinalize(this);
    }

    ~Team() => post.Close();

    /// <summary>Number of threads that do a piece of work, including the caller's own.</summary>
    public int Members => IsAlone ? 1 : all;

    /// <summary>Whether the caller does all parts for the time being; change it only between two pieces of work.</summary>
    public bool IsAlone { get; set; }

    /// <summary>Does all parts of a piece of work at once, part 0 on the caller's thread; returns when all are done.</summary>
    /// <param name="work">Does a part; parts must not write what another part reads or writes.</param>
    /// <remarks>An exception in a part is thrown here, after all parts have ended.</remarks>
    public void Run(Action<Part> work)
    {
        if (Members == 1)
        {
            work(Part.Whole);
            return;
        }
        post.Publish(work, workers.Length);
        try
        {
            work(new Part(0, Members));
        }
        catch (Exception exception)
        {
            post.Fail(exception);
        }
        post.AwaitAll();
        post.Failure?.Throw();
    }

    /// <summary>
    /// Within a piece of work: returns when all threads have come to their n-th meeting, so that each sees what the others wrote
    /// before.
    /// </summary>
    /// <param name="n">Counted from 1; all threads have the same meetings.</param>
    /// <returns>False if one of them has failed: the others then end, too.</returns>
    public bool Meet(int n) => Members == 1 || post.Meet(n * all);

    /// <summary>Ends the threads; not to be called while work is being done.</summary>
    public void Dispose()
    {
        GC.SuppressFinalize(this);
        post.Close();
        foreach (var worker in workers)
            worker.Join();
    }
}
