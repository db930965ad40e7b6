using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// An operation that computes each row of its output from the same row of its inputs, so that rows can be done in any order and
/// by several threads; only the gradients of its parameters are sums over rows. <see cref="RowBlocks"/> runs it.
/// </summary>
internal abstract class RowOperation
{
    /// <summary>What <see cref="Forward"/> touches: its own are the rows that it computes.</summary>
    public abstract Access[] ForwardAccesses { get; }

    /// <summary>What <see cref="Backward"/> touches; its own are the rows whose gradients it passes on.</summary>
    public abstract Access[] BackwardAccesses { get; }

    /// <summary>
    /// What <see cref="AddParameterGradient"/> touches for all rows: its own are a part's elements; empty without parameters.
    /// </summary>
    public virtual Access[] ParameterAccesses => [];

    /// <summary>Computes some rows.</summary>
    public abstract void Forward(int start, int count);

    /// <inheritdoc cref="Operation.Prepare"/>
    public virtual void Prepare(Part part)
    {
    }

    /// <summary>Passes the gradient of some rows on to the inputs.</summary>
    public abstract void Backward(int start, int count);

    /// <summary>
    /// Adds the contribution of some rows to the parameters' gradients, for this part's share of their elements.
    /// </summary>
    public virtual void AddParameterGradient(int start, int count, Part part)
    {
    }
}
