using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// A step of the forward pass with its derivative. It computes the rows in use of its output, by all threads of a team. No sum is
/// split between threads: a part computes some of the results, each in the order that one thread would keep, so that any number
/// of threads gives the same bits.
/// </summary>
internal abstract class Operation
{
    /// <summary>Computes the output's value from the inputs' values.</summary>
    public abstract void Forward(Team team);

    /// <summary>Does a part of what Backward needs and may be done before the gradient of the output is known.</summary>
    public virtual void Prepare(Part part)
    {
    }

    /// <summary>Passes the output's gradient on to the inputs and parameters.</summary>
    public abstract void Backward(Team team);
}
