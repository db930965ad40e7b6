using Microsoft.ML;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.ML.Estimators;

/// <summary>
/// Trains a sequence encoder: the best predictor of its embedding dimension, which no transformer of that dimension beats.
/// </summary>
public sealed class SequenceEncoderEstimator : NextTokenEstimator
{
    internal SequenceEncoderEstimator(
        MLContext context,
        SequenceEncoderOptions? options,
        TrainingOptions? training,
        FitOptions? fit)
        : base(context, training, fit)
    {
        Options = options ?? new SequenceEncoderOptions();
        Options.Validate();
    }

    /// <summary>The architecture.</summary>
    public SequenceEncoderOptions Options { get; }

    private protected override Architecture CreateArchitecture(int vocabularySize, int contextWindow, int order) =>
        new SequenceEncoderArchitecture
        {
            VocabularySize = vocabularySize,
            ContextWindow = contextWindow,
            Order = order,
            Options = Options,
        };
}
