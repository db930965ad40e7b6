using NGram.ML.Models.Tensors;

namespace NGram.ML.Engines;

/// <summary>All that an engine's next step depends on, the batch apart; under PyTorch's names.</summary>
/// <param name="Parameters">The parameters.</param>
/// <param name="FirstMoments">Adam's running means of the gradients.</param>
/// <param name="SecondMoments">Adam's running means of their squares.</param>
/// <param name="Steps">Steps done.</param>
internal sealed record EngineState(StateDict Parameters, StateDict FirstMoments, StateDict SecondMoments, long Steps);
