using NGram.ML.Models.Tensors;

namespace NGram.ML.Training.Snapshots;

/// <summary>A model in the middle of its training.</summary>
/// <param name="Step">Batches trained.</param>
/// <param name="Parameters">A copy of the parameters, under PyTorch's names.</param>
public sealed record TrainingSnapshot(int Step, StateDict Parameters);
