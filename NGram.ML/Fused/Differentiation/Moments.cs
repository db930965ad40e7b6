using NGram.ML.Fused.Memory;

namespace NGram.ML.Fused.Differentiation;

/// <summary>Adam's running means of a parameter's gradient and of its square, in the parameter's layout.</summary>
internal readonly record struct Moments(Matrix First, Matrix Second)
{
    /// <summary>Zeros for a parameter of a shape.</summary>
    public static Moments Zero(MatrixAllocator workspace, int rows, int columns, int lanes) =>
        new(workspace.AllocateForTraining(rows, columns, lanes), workspace.AllocateForTraining(rows, columns, lanes));
}
