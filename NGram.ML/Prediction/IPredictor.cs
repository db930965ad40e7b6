using NGram.ML.Fused;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Prediction;

/// <summary>
/// From prompts to what a model predicts after them: everything that does not train goes through here. Several threads may
/// predict at once. Callers own the buffers, so that a predictor need not allocate in a call.
/// </summary>
/// <remarks>Dispose frees native memory and ends nothing: a call during it or after it still predicts.</remarks>
internal interface IPredictor : IDisposable
{
    /// <summary>
    /// The maximum number of prompts per call: few enough that the allocator keeps their tensors for the next call. At 1,024 it
    /// maps and returns them each time, which is five times slower.
    /// </summary>
    const int BatchRows = 128;

    // Logits of a batch: 8 MB.
    private const int BatchLogits = 1 << 20;

    /// <summary>
    /// A predictor with its own model: if the fused engine knows the architecture, by its kernels and without libtorch.
    /// </summary>
    /// <exception cref="ArgumentException">A parameter is missing, surplus or of another shape.</exception>
    static IPredictor Create(Architecture architecture, StateDict parameters) =>
        FusedEngine.Supports(architecture, out _)
            ? FusedPredictor.Create(architecture, parameters)
            : new TorchSharpPredictor(architecture, parameters);

    /// <summary>Number of prompts per call if their logits are held at once.</summary>
    /// <param name="logits">Logits of a prompt.</param>
    static int RowsOf(long logits) => (int)Math.Clamp(BatchLogits / logits, 1, BatchRows);

    /// <summary>N: number of tokens.</summary>
    int VocabularySize { get; }

    /// <summary>S: tokens of the longest prompt.</summary>
    int PromptLength { get; }

    /// <summary>Whether the logits are float32, widened.</summary>
    bool IsSingle => false;

    /// <summary>
    /// Logits, in double: those of a float64 model as they are, those of a float32 model widened.
    /// </summary>
    /// <param name="prompts">Row-major 0-based tokens [B, length], for B up to <see cref="BatchRows"/>.</param>
    /// <param name="length">Tokens of a prompt, from 1 to S.</param>
    /// <param name="firstPosition">The first position whose logits are wanted; length - 1 for only the last one.</param>
    /// <param name="logits">Receives them, row-major [B, length - firstPosition, N].</param>
    /// <exception cref="ArgumentException">The model predicts another number of tokens than N.</exception>
    void Logits(ReadOnlySpan<ushort> prompts, int length, int firstPosition, Span<double> logits);

    /// <summary>Probabilities of the token after prompts of S tokens.</summary>
    /// <param name="prompts">Row-major 0-based tokens [B, S], for B up to <see cref="BatchRows"/>.</param>
    /// <param name="probabilities">Receives them, row-major [B, N].</param>
    /// <exception cref="ArgumentException">The model predicts another number of tokens than N.</exception>
    void Probabilities(ReadOnlySpan<ushort> prompts, Span<float> probabilities);

    /// <summary>Replaces the model's parameters; no thread may predict meanwhile.</summary>
    /// <exception cref="ArgumentException">A parameter is missing, surplus or of another shape.</exception>
    void SetParameters(StateDict parameters);
}
