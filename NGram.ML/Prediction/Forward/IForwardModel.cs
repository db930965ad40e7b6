using NGram.ML.Models.Tensors;

namespace NGram.ML.Prediction.Forward;

/// <summary>A model's constants for prediction, in managed memory; several threads may read them at once.</summary>
internal interface IForwardModel
{
    /// <summary>From states to logits.</summary>
    UnembeddingPanels Unembedding { get; }

    /// <summary>Reads the parameters and computes what follows from them alone.</summary>
    void Load(StateDict parameters);

    /// <summary>Buffers for calls.</summary>
    /// <param name="mostRows">Maximum number of prompts per call; fewer if they would take too much memory.</param>
    ForwardPass CreatePass(int mostRows);
}
