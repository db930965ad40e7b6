using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// A step of the forward pass with its derivative. All threads of a team compute the rows of its output that are in use. No sum
/// is split between threads: each part computes some of the results, and each result in the order in which a single thread would,
/// so that any number of threads gives the same bits.
/// </summary>
internal abstract class Operation
{
    /// <summary>Computes the output's value from the inputs' values.</summary>
    public abstract void Forward(Team team);

    /// <summary>Does a part of the work for Backward that needs no gradient of the output.</summary>
    public virtual void Prepare(Part part)
    {
    }

    /// <summary>Passes the output's gradient on to the inputs and parameters.</summary>
    public abstract void Backward(Team team);
}
