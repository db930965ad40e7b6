namespace NGram.ML.Fused.Differentiation;

/// <summary>A step of the forward pass with its derivative. It computes the rows in use of its output.</summary>
internal abstract class Operation
{
    /// <summary>Computes the output's value from the inputs' values.</summary>
    public abstract void Forward();

    /// <summary>Passes the output's gradient on to the inputs and parameters.</summary>
    public abstract void Backward();
}
