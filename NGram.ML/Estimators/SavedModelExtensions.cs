using Microsoft.ML;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;

namespace NGram.ML.Estimators;

/// <summary>From a model on disk to a transformer of ML.NET.</summary>
public static class SavedModelExtensions
{
    /// <summary>A transformer with the model's weights, which the caller disposes; its columns are Context and Label.</summary>
    /// <param name="model">The model.</param>
    /// <param name="context">The environment.</param>
    /// <exception cref="NotSupportedException">Its architecture has no estimator.</exception>
    public static NextTokenTransformer CreateTransformer(this SavedModel model, MLContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var architecture = model.Architecture;
        var rest = new NextTokenOptions { Order = architecture.Order };
        NextTokenEstimator estimator = architecture switch
        {
            TransformerArchitecture { Options: var options } =>
                new AttentionTransformerEstimator(context, new AttentionTransformerOptions(options, rest)),
            SequenceEncoderArchitecture { Options: var options } =>
                new SequenceEncoderEstimator(context, new SequenceEncoderTrainerOptions(options, rest)),
            _ => throw new NotSupportedException($"There is no estimator of {architecture.GetType().Name}."),
        };
        return estimator.Restore(
            TokenSchema.Create(model.Vocabulary, architecture.VocabularySize, architecture.PromptLength),
            model.Parameters);
    }
}
