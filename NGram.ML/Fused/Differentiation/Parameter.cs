using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Differentiation;

/// <summary>A trained matrix: a variable with Adam's moments.</summary>
internal sealed unsafe class Parameter
{
    public Parameter(MatrixAllocator workspace, int rows, int columns)
    {
        Variable = new Variable(
            new RowSet(rows),
            workspace.Allocate(rows, columns),
            workspace.AllocateForTraining(rows, columns),
            accumulates: true);
        Moments = Moments.Zero(workspace, rows, columns);
    }

    /// <summary>Value and gradient; every operation adds to the gradient.</summary>
    public Variable Variable { get; }

    /// <summary>Adam's.</summary>
    public Moments Moments { get; }

    /// <summary>Forgets the gradient of the previous batch.</summary>
    public void ClearGradient() => Variable.Gradient.Clear();

    /// <summary>One step along the gradient.</summary>
    public void Update<V>(Adam adam) where V : struct, IFloats<V>
    {
        var value = Variable.Value;
        nint length = (nint)value.Rows * value.Stride;
        adam.Update<V>(value.Data, Variable.Gradient.Data, Moments.First.Data, Moments.Second.Data, length);
    }
}
