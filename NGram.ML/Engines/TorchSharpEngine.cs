using System.Runtime.InteropServices;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using Architecture = NGram.ML.Models.Architecture;

namespace NGram.ML.Engines;

/// <summary>Trains any <see cref="NextTokenModel"/> by libtorch's differentiation and Adam (0.9, 0.999, 1e-8).</summary>
internal sealed class TorchSharpEngine : ITrainingEngine
{
    private readonly NextTokenModel model;
    private readonly bool ownsModel;
    private readonly int contextWindow, firstScored;
    private readonly INGramDistribution? target; // null: the token that follows
    private readonly TorchAdam adam;
    private readonly Dictionary<string, int> frozen = [];
    private long steps;

    /// <summary>An engine with a model of its own.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="initial">Its initial parameters.</param>
    /// <param name="objective">What the prediction is compared with.</param>
    /// <param name="distribution">The law of the tokens; only <see cref="TrainingObjective.FullDistribution"/> reads it.</param>
    /// <param name="freeze">Tensors that do not train.</param>
    /// <exception cref="ArgumentException">
    /// A parameter is missing, surplus or of another shape, or the distribution is missing or has another vocabulary.
    /// </exception>
    /// <exception cref="Native.TorchLibraryException">libtorch cannot be loaded.</exception>
    public TorchSharpEngine(
        Architecture architecture,
        StateDict initial,
        TrainingObjective objective,
        INGramDistribution? distribution = null,
        FrozenTensors freeze = FrozenTensors.None)
        : this(
            Model(architecture, initial, objective, distribution),
            architecture.ContextWindow,
            architecture.FirstScored,
            objective,
            distribution
        ) => (ownsModel, frozen) = (true, architecture.FrozenRows(freeze));

    /// <summary>An engine for a model of the caller's, who disposes it.</summary>
    /// <param name="model">Trained in place.</param>
    /// <param name="contextWindow">Tokens of a row; the model sees all but the last. At least 2.</param>
    /// <param name="firstScored">First position (0-based) whose prediction counts; below contextWindow - 1.</param>
    /// <param name="objective">What the prediction is compared with.</param>
    /// <param name="distribution">The law of the tokens; only <see cref="TrainingObjective.FullDistribution"/> reads it.</param>
    /// <exception cref="ArgumentException">The distribution is missing.</exception>
    public TorchSharpEngine(
        NextTokenModel model,
        int contextWindow,
        int firstScored,
        TrainingObjective objective,
        INGramDistribution? distribution = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require.AtLeast(contextWindow, 2, nameof(contextWindow));
        Require.InRange(firstScored, 0, contextWindow - 2, nameof(firstScored));
        target = Target(objective, distribution);
        (this.model, this.contextWindow, this.firstScored) = (model, contextWindow, firstScored);
        adam = new TorchAdam(model.parameters());
    }

    /// <inheritdoc/>
    public BatchResult Step(ReadOnlySpan<ushort> tokens, double learningRate) => Step(tokens, [], learningRate);

    /// <inheritdoc/>
    public BatchResult Step(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights, double learningRate)
    {
        using var scope = NewDisposeScope();
        if (!model.training)
            model.train();
        var result = Backward(tokens, weights);
        if (frozen.Count > 0)
            model.ClearGradients(frozen);
        adam.Step(learningRate);
        steps++;
        return result;
    }

    /// <inheritdoc/>
    public StateDict GetParameters() => model.GetParameters();

    /// <inheritdoc/>
    public EngineState GetState() =>
        new(model.GetParameters(), model.Copy(adam.First), model.Copy(adam.Second), steps);

    /// <inheritdoc/>
    public void SetState(EngineState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        model.LoadParameters(state.Parameters);
        model.Load(state.FirstMoments, adam.First);
        model.Load(state.SecondMoments, adam.Second);
        steps = state.Steps;
        adam.SetSteps(steps);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        adam.Dispose();
        if (ownsModel)
            model.Dispose();
    }

    /// <summary>Loss, accuracy and the loss's gradient of a batch, without a step.</summary>
    internal (BatchResult Result, StateDict Gradients) Gradient(
        ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights = default)
    {
        using var scope = NewDisposeScope();
        var result = Backward(tokens, weights);
        return (result, model.GetGradients());
    }

    private static NextTokenModel Model(
        Architecture architecture,
        StateDict initial,
        TrainingObjective objective,
        INGramDistribution? distribution)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        if (Target(objective, distribution) is { } target && target.VocabularySize != architecture.VocabularySize)
        {
            throw new ArgumentException(
                $"The distribution has {target.VocabularySize} tokens and the model {architecture.VocabularySize}.",
                nameof(distribution));
        }

        return NextTokenModel.Create(architecture, initial);
    }

    private static INGramDistribution? Target(TrainingObjective objective, INGramDistribution? distribution) =>
        objective switch
        {
            TrainingObjective.NextToken => null,
            _ => distribution
                ?? throw new ArgumentException(
                    "The full-distribution objective needs the distribution of the tokens; "
                    + "without one use the next-token objective.",
                    nameof(distribution)),
        };

    private BatchResult Backward(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights)
    {
        adam.ClearGradients();
        var (loss, accuracy) = Forward(tokens, weights);
        loss.backward();
        return new BatchResult(loss.ToDouble(), accuracy.ToDouble());
    }

    private (Tensor Loss, Tensor Accuracy) Forward(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights)
    {
        if (tokens.IsEmpty)
            throw new ArgumentException("The batch has no rows.", nameof(tokens));
        var batch = NextTokenModel.TokenTensor(tokens, contextWindow);
        var prompts = batch.slice(1, 0, contextWindow - 1, 1); // [B, S]
        var targets = batch.slice(1, firstScored + 1, contextWindow, 1); // [B, scored]
        var logits = model.ScoredLogits(prompts, firstScored); // [B, scored, N]
        if (!weights.IsEmpty)
        {
            var ofRows = tensor(weights.ToArray()).to(logits.dtype);
            var laws = Laws(target!, tokens, logits.dtype);
            return (TorchLoss.CrossEntropyWithLaw(logits, laws, ofRows),
                TorchLoss.ExpectedAccuracy(logits.detach(), laws, ofRows));
        }
        var loss = target is null
            ? TorchLoss.CrossEntropy(logits, targets)
            : TorchLoss.CrossEntropyWithLaw(logits, Laws(target, tokens, logits.dtype));
        return (loss, TorchLoss.Accuracy(logits.detach(), targets));
    }

    // The law of every scored token given those before it: [B, scored, N].
    private Tensor Laws(INGramDistribution distribution, ReadOnlySpan<ushort> tokens, ScalarType type)
    {
        int vocabulary = distribution.VocabularySize, rows = tokens.Length / contextWindow;
        var laws = empty(rows, contextWindow - 1 - firstScored, vocabulary, dtype: ScalarType.Float64);
        var values = MemoryMarshal.Cast<byte, double>(laws.bytes);
        for (int row = 0; row < rows; row++)
        {
            for (int position = firstScored; position < contextWindow - 1; position++)
            {
                distribution.GetProbabilities(tokens.Slice(row * contextWindow, position + 1), values[..vocabulary]);
                values = values[vocabulary..];
            }
        }

        return laws.to(type);
    }
}
