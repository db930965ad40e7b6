using System.Text.Json.Serialization;

namespace NGram.ML.Training;

/// <summary>Implementations of the training step; the trained model is the same TorchSharp model with either.</summary>
public enum TrainingEngine
{
    /// <summary>The fused one where it supports the architecture, otherwise TorchSharp.</summary>
    [JsonStringEnumMemberName("auto")]
    Auto,

    /// <summary>TorchSharp's operations, autograd and optimizer: every architecture and precision.</summary>
    [JsonStringEnumMemberName("torchsharp")]
    TorchSharp,

    /// <summary>Hand-written kernels on the CPU, on one thread: float32 architectures.</summary>
    [JsonStringEnumMemberName("fused")]
    Fused,
}
