using System.Runtime.InteropServices;
using NGram.Data.Checks;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using static TorchSharp.torch;
using Architecture = NGram.ML.Models.Architecture;

namespace NGram.ML.Prediction;

/// <summary>
/// Predicts with any <see cref="NextTokenModel"/>, by libtorch, which is loaded at the first call. Its softmax is in the model's
/// own precision.
/// </summary>
internal sealed class TorchSharpPredictor : IPredictor
{
    private readonly RenewableModel models;
    private StateDict? parameters;

    /// <summary>A predictor of an architecture.</summary>
    /// <exception cref="ArgumentException">A parameter is missing, surplus or of another shape.</exception>
    public TorchSharpPredictor(Architecture architecture, StateDict parameters)
    {
        (VocabularySize, PromptLength) = (architecture.VocabularySize, architecture.PromptLength);
        parameters.RequireSame(architecture.Parameters);
        this.parameters = parameters;
        models = new RenewableModel(() => NextTokenModel.Create(architecture, this.parameters!));
    }

    /// <summary>A predictor with a model that belongs to the caller.</summary>
    /// <param name="model">Must be in evaluation mode.</param>
    /// <param name="vocabularySize">N.</param>
    /// <param name="promptLength">S.</param>
    public TorchSharpPredictor(NextTokenModel model, int vocabularySize, int promptLength)
    {
        (VocabularySize, PromptLength) = (vocabularySize, promptLength);
        models = new RenewableModel(() => model, owns: false);
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public int PromptLength { get; }

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<ushort> prompts, int length, int firstPosition, Span<double> logits)
    {
        using var lease = models.Acquire(); // first: it loads libtorch
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        Copy(Forward(lease.Model, prompts, length, firstPosition).to(ScalarType.Float64), logits);
    }

    /// <inheritdoc/>
    public void Probabilities(ReadOnlySpan<ushort> prompts, Span<float> probabilities)
    {
        using var lease = models.Acquire();
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var last = Forward(lease.Model, prompts, PromptLength, PromptLength - 1); // [B, 1, N]
        Copy(last.squeeze(1).softmax(-1).to(ScalarType.Float32), probabilities);
    }

    /// <inheritdoc/>
    public void SetParameters(StateDict parameters)
    {
        using var lease = models.Acquire();
        lease.Model.LoadParameters(parameters);
        this.parameters = parameters;
    }

    /// <summary>Frees the module; a later call makes another.</summary>
    public void Dispose() => models.Free();

    private Tensor Forward(NextTokenModel model, ReadOnlySpan<ushort> prompts, int length, int firstPosition)
    {
        Require.InRange(length, 1, PromptLength, nameof(length));
        Require.InRange(prompts.Length / length, 1, IPredictor.BatchRows, "The number of prompts");
        var logits = model.ScoredLogits(NextTokenModel.TokenTensor(prompts, length), firstPosition);
        return logits.shape[^1] == VocabularySize
            ? logits
            : throw new ArgumentException($"The model predicts {logits.shape[^1]} tokens, not {VocabularySize}.");
    }

    private static void Copy<T>(Tensor values, Span<T> destination) where T : struct =>
        MemoryMarshal.Cast<byte, T>(values.contiguous().bytes).CopyTo(destination);
}
