using Microsoft.ML.Runtime;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Native;
using static TorchSharp.torch;

namespace NGram.ML.Estimators;

/// <summary>
/// Trains the caller's TorchSharp module as a next-token model, with the history, progress, cancellation and predictions of
/// ours. The TorchSharp engine trains it, with Adam; it is in training mode then and in evaluation mode otherwise.
/// </summary>
/// <remarks>
/// Initial weights are the module's own, drawn after <c>torch.manual_seed</c> of the training's seed. TorchSharp has one random
/// generator for the whole process: a module that draws numbers while it trains, such as dropout, gives other bits in every run.
/// </remarks>
public sealed class ModuleEstimator : NextTokenEstimator
{
    private static readonly Lock RandomGenerator = new();

    private readonly Func<ModuleShape, nn.Module<Tensor, Tensor>> createModule;

    internal ModuleEstimator(
        IHostEnvironment environment,
        Func<ModuleShape, nn.Module<Tensor, Tensor>> createModule,
        NextTokenOptions options)
        : base(environment, options) => (this.createModule, Options) = (createModule, options);

    /// <summary>Columns and training.</summary>
    public NextTokenOptions Options { get; }

    private protected override Architecture CreateArchitecture(int vocabularySize, int contextWindow, int order)
    {
        TorchLibrary.Load();
        ModuleArchitecture architecture;
        lock (RandomGenerator)
        {
            manual_seed(Options.Seed);
            architecture = new ModuleArchitecture(() => createModule(new ModuleShape(vocabularySize, contextWindow - 1)))
            {
                VocabularySize = vocabularySize,
                ContextWindow = contextWindow,
                Order = order,
            };
        }
        architecture.Validate();
        CheckLogits(architecture);
        return architecture;
    }

    private protected override StateDict CreateParameters(Architecture architecture) =>
        ((ModuleArchitecture)architecture).Initial;

    private static void CheckLogits(ModuleArchitecture architecture)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        using var model = NextTokenModel.Create(architecture, architecture.Initial);
        long[] expected = [2, architecture.PromptLength, architecture.VocabularySize];
        var logits = model.call(zeros(expected[0], expected[1], dtype: ScalarType.Int64));
        if (!logits.shape.AsSpan().SequenceEqual(expected))
        {
            throw new ArgumentException(
                $"The module gives {TensorShape.Text(logits.shape)} for tokens [{expected[0]}, {expected[1]}]; "
                + $"it must give logits of every position, {TensorShape.Text(expected)}.");
        }
    }
}
