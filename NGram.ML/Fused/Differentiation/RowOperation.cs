using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// An operation that computes each row of its output from the same row of its inputs, so that rows can be done in any order and
/// by several threads; only the gradients of its parameters are sums over rows. <see cref="RowBlocks"/> runs it.
/// </summary>
internal abstract class RowOperation
{
    /// <summary>Whether it has parameters, whose gradients are sums over rows.</summary>
    public virtual bool HasParameters => false;

    /// <summary>
    /// Whether <see cref="AddParameterGradient"/> needs <see cref="Backward"/> to have run on the rows; if not, Backward leaves
    /// what it reads, the output's gradient and the input's value, as it was.
    /// </summary>
    public virtual bool PreparesParameterGradient => false;

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
