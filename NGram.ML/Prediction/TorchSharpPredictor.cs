using System.Runtime.InteropServices;
using NGram.Data.Checks;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using static TorchSharp.torch;
using Architecture = NGram.ML.Models.Architecture;

namespace NGram.ML.Prediction;

/// <summary>Predicts with any <see cref="NextTokenModel"/>, by libtorch. Its softmax is in the model's own precision.</summary>
internal sealed class TorchSharpPredictor : IPredictor
{
    private readonly NextTokenModel model;
    private readonly bool ownsModel;

    /// <summary>A predictor with a model of its own.</summary>
    /// <exception cref="ArgumentException">A parameter is missing, surplus or of another shape.</exception>
    /// <exception cref="Native.TorchLibraryException">libtorch cannot be loaded.</exception>
    public TorchSharpPredictor(Architecture architecture, StateDict parameters)
        : this(NextTokenModel.Create(architecture, parameters), architecture.VocabularySize, architecture.PromptLength) =>
        ownsModel = true;

    /// <summary>A predictor with a model that belongs to the caller.</summary>
    /// <param name="model">Must be in evaluation mode.</param>
    /// <param name="vocabularySize">N.</param>
    /// <param name="promptLength">S.</param>
    public TorchSharpPredictor(NextTokenModel model, int vocabularySize, int promptLength) =>
        (this.model, VocabularySize, PromptLength) = (model, vocabularySize, promptLength);

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public int PromptLength { get; }

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<ushort> prompts, int length, int firstPosition, Span<double> logits)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        Copy(Forward(prompts, length, firstPosition).to(ScalarType.Float64), logits);
    }

    /// <inheritdoc/>
    public void Probabilities(ReadOnlySpan<ushort> prompts, Span<float> probabilities)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var last = Forward(prompts, PromptLength, PromptLength - 1); // [B, 1, N]
        Copy(last.squeeze(1).softmax(-1).to(ScalarType.Float32), probabilities);
    }

    /// <inheritdoc/>
    public void SetParameters(StateDict parameters) => model.LoadParameters(parameters);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (ownsModel)
            model.Dispose();
    }

    private Tensor Forward(ReadOnlySpan<ushort> prompts, int length, int firstPosition)
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
