using Microsoft.ML.Runtime;
using NGram.ML.Models;

namespace NGram.ML.Estimators;

/// <summary>Trains a transformer; without an MLP, an attention-only one.</summary>
public sealed class AttentionTransformerEstimator : NextTokenEstimator
{
    internal AttentionTransformerEstimator(IHostEnvironment environment, AttentionTransformerOptions options)
        : base(environment, options) => Options = options;

    /// <summary>Columns, architecture and training.</summary>
    public AttentionTransformerOptions Options { get; }

    private protected override Architecture CreateArchitecture(int vocabularySize, int contextWindow, int order) =>
        new TransformerArchitecture
        {
            VocabularySize = vocabularySize,
            ContextWindow = contextWindow,
            Order = order,
            Options = Options.Model,
        };
}
