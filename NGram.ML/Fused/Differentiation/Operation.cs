using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// A step of the forward pass with its derivative, on the rows of its output that are in use. No sum is split between threads:
/// each part computes some of the results, and each result in the order in which a single thread would, so that any number of
/// threads gives the same bits.
/// </summary>
internal abstract class Operation
{
    /// <summary>Computes the output's value from the inputs' values.</summary>
    public abstract IReadOnlyList<Piece> ForwardPieces { get; }

    /// <summary>Passes the output's gradient on to the inputs and parameters.</summary>
    public abstract IReadOnlyList<Piece> BackwardPieces { get; }

    /// <summary>All of <see cref="ForwardPieces"/> by one thread.</summary>
    public void Forward() => RunAlone(ForwardPieces);

    /// <summary>Does a part of the work for backward that needs no gradient of the output.</summary>
    public virtual void Prepare(Part part)
    {
    }

    /// <summary>All of <see cref="BackwardPieces"/> by one thread.</summary>
    public virtual void Backward() => RunAlone(BackwardPieces);

    private static void RunAlone(IReadOnlyList<Piece> pieces)
    {
        for (int i = 0; i < pieces.Count; i++)
            pieces[i].Work(Part.Whole);
    }
}
