using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// How threads divide rows that are several sorted groups, such as prefixes of each length: a thread has consecutive rows of
/// every group.
/// </summary>
/// <param name="groups">Number of groups.</param>
/// <param name="threads">Number of threads.</param>
internal sealed class RowShares(int groups, int threads)
{
    private readonly int[] cuts = new int[groups * (threads + 1)];

    /// <summary>Number of groups.</summary>
    public int Groups => groups;

    /// <summary>Number of threads.</summary>
    public int Threads => threads;

    /// <summary>The first row of a thread in a group; that of the thread after the last is the group's end.</summary>
    public ref int this[int group, int thread] => ref cuts[group * (threads + 1) + thread];

    /// <summary>The rows of a part in a group.</summary>
    public (int Start, int End) Of(Part part, int group) => (this[group, part.Index], this[group, part.Index + 1]);
}
