using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>Work that all threads share, each by its own part, without waiting for each other.</summary>
/// <param name="work">Does a part.</param>
/// <param name="division">How it is divided: two pieces with the same division give a thread the same rows.</param>
/// <param name="accesses">What it reads and writes that other pieces do, too.</param>
internal sealed class Piece(Action<Part> work, object division, params Access[] accesses)
{
    /// <summary>Does a part.</summary>
    public Action<Part> Work => work;

    /// <summary>
    /// Whether it may be done later than its place, as long as nothing is then different: so that threads wait once for several.
    /// </summary>
    public bool IsDeferrable { get; init; }

    /// <summary>
    /// The same work by all threads but the first, which does something else meanwhile. It divides like no other piece.
    /// </summary>
    public Piece WithoutFirst => new(
        part =>
        {
            if (part.Index > 0)
                work(part.WithoutFirst);
        },
        new object(),
        accesses);

    /// <summary>Whether a thread could touch what another thread writes in the other piece.</summary>
    public bool ConflictsWith(Piece other) => ConflictsWith(other.Accesses, ReferenceEquals(division, other.Division));

    private object Division => division;

    private Access[] Accesses => accesses;

    private bool ConflictsWith(Access[] others, bool divideAlike)
    {
        foreach (var one in accesses)
        {
            if (Array.Exists(others, other => Conflict(one, other, divideAlike)))
                return true;
        }
        return false;
    }

    private static bool Conflict(in Access one, in Access other, bool divideAlike) =>
        (one.Writes || other.Writes)
        && !(divideAlike && one.IsOwn && other.IsOwn)
        && Access.Overlap(one.Memory, other.Memory);
}
