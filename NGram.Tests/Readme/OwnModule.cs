using Microsoft.ML;
using NGram.Data.Distributions;
using NGram.ML.Estimators;
using NGram.ML.Interchange.Weights;
using static TorchSharp.torch;

namespace NGram.Tests.Readme;

/// <summary>A TorchSharp module of one's own as an ML.NET estimator: an LSTM, which no part of the library knows.</summary>
internal static class OwnModule
{
    public static (NextTokenTransformer Trained, NextTokenTransformer Loaded) Run(
        MLContext ml,
        INGramDistribution distribution,
        IDataView data,
        string path)
    {
        var estimator = ml.NGrams.Module(
            shape => new Recurrent(shape.VocabularySize, width: 24),
            new NextTokenOptions { Distribution = distribution, NumberOfEpochs = 6, BatchSize = 64, LearningRate = 0.02 });
        var trained = estimator.Fit(data);
        ModelFile.SaveParameters(path, trained.Parameters);
        var loaded = estimator.Restore(data.Schema, ModelFile.LoadParameters(path));
        return (trained, loaded);
    }

    /// <summary>Tokens, int64 [B, T], to logits [B, T, N].</summary>
    private sealed class Recurrent : nn.Module<Tensor, Tensor>
    {
        private readonly TorchSharp.Modules.Embedding embedding;
        private readonly TorchSharp.Modules.LSTM lstm;
        private readonly TorchSharp.Modules.Linear output;

        public Recurrent(int vocabularySize, int width) : base(nameof(Recurrent))
        {
            embedding = nn.Embedding(vocabularySize, width);
            lstm = nn.LSTM(width, width, batchFirst: true);
            output = nn.Linear(width, vocabularySize);
            RegisterComponents();
        }

        public override Tensor forward(Tensor tokens)
        {
            using var scope = NewDisposeScope();
            var (states, _, _) = lstm.call(embedding.call(tokens));
            return output.call(states).MoveToOuterDisposeScope();
        }
    }
}
