using NGram.ML.Fused.Threading;

namespace NGram.ML.Fused.Differentiation;

/// <summary>
/// An operation that computes every row of its output from the same row of its inputs, so that rows may be done in any order and
/// by several threads; only the gradients of its parameters are sums over rows. <see cref="RowBlocks"/> runs it.
/// </summary>
internal abstract class RowOperation
{
    /// <summary>Whether it has parameters, whose gradients are sums over rows.</summary>
    public virtual bool HasParameters => false;

    /// <summary>
    /// Whether <see cref="AddParameterGradient"/> needs <see cref="Backward"/> of the rows; otherwise that must not have
    /// touched what it reads, the output's gradient and the input's value.
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

    /// <summary>Adds what some rows contribute to the parameters' gradients, to this part's share of their elements.</summary>
    public virtual void AddParameterGradient(int start, int count, Part part)
    {
    }
}
