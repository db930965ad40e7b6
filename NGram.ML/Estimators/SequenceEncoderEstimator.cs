using Microsoft.ML.Runtime;
using NGram.ML.Models;

namespace NGram.ML.Estimators;

/// <summary>
/// Trains a sequence encoder: the best predictor of its embedding dimension, which no transformer of that dimension beats.
/// </summary>
public sealed class SequenceEncoderEstimator : NextTokenEstimator
{
    internal SequenceEncoderEstimator(IHostEnvironment environment, SequenceEncoderTrainerOptions options)
        : base(environment, options) => Options = options;

    /// <summary>Columns, architecture and training.</summary>
    public SequenceEncoderTrainerOptions Options { get; }

    private protected override Architecture CreateArchitecture(int vocabularySize, int contextWindow, int order) =>
        new SequenceEncoderArchitecture
        {
            VocabularySize = vocabularySize,
            ContextWindow = contextWindow,
            Order = order,
            Options = Options.Model,
        };
}
