using Microsoft.ML;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.ML.Estimators;

/// <summary>Trains a transformer; with the default options, the notebook's attention-only one.</summary>
public sealed class TransformerEstimator : NextTokenEstimator
{
    internal TransformerEstimator(MLContext context, TransformerOptions? options, TrainingOptions? training, FitOptions? fit)
        : base(context, training, fit)
    {
        Options = options ?? new TransformerOptions();
        Options.Validate();
    }

    /// <summary>The architecture.</summary>
    public TransformerOptions Options { get; }

    private protected override Architecture CreateArchitecture(int vocabularySize, int contextWindow, int order) =>
        new TransformerArchitecture
        {
            VocabularySize = vocabularySize,
            ContextWindow = contextWindow,
            Order = order,
            Options = Options,
        };
}
