using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;

namespace NGram.ML.Fused.Differentiation;

/// <summary>A trainable matrix: a variable with Adam's moments.</summary>
internal sealed unsafe class Parameter
{
    /// <param name="workspace">Owns its memory.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="columns">Its columns.</param>
    /// <param name="lanes">Width, in floats, of the vectors that its rows are padded to; null: the workspace's.</param>
    public Parameter(MatrixAllocator workspace, int rows, int columns, int? lanes = null)
    {
        int width = lanes ?? workspace.Lanes;
        Variable = new Variable(
            new RowSet(rows),
            workspace.Allocate(rows, columns, width),
            workspace.AllocateForTraining(rows, columns, width),
            accumulates: true);
        Moments = Moments.Zero(workspace, rows, columns, width);
    }

    /// <summary>Value and gradient; every operation adds to the gradient.</summary>
    public Variable Variable { get; }

    /// <summary>Adam's.</summary>
    public Moments Moments { get; }

    /// <summary>Clears a part of the previous batch's gradient.</summary>
    public void ClearGradient(Part part) => Variable.Gradient.Clear(part);

    /// <summary>Takes one step along the gradient, for a part of the elements.</summary>
    public void Update<V>(Adam adam, Part part) where V : struct, IFloats<V>
    {
        var value = Variable.Value;
        var (start, count) = part.Of((long)value.Rows * value.Stride, Matrix.CacheLine);
        adam.Update<V>(
            value.Data + start,
            Variable.Gradient.Data + start,
            Moments.First.Data + start,
            Moments.Second.Data + start,
            (nint)count);
    }
}
