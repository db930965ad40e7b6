using NGram.Data.Keys;
using NGram.Data.Views;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Weights;
using NGram.ML.Training;

namespace NGram.ML.Estimators;

/// <summary>From a model on disk to a transformer of ML.NET.</summary>
public static class SavedModelExtensions
{
    /// <summary>A transformer with the model's weights, which the caller disposes; its columns are Context and Label.</summary>
    /// <param name="model">The model.</param>
    /// <exception cref="ArgumentException">The parameters are not the architecture's.</exception>
    public static NextTokenTransformer CreateTransformer(this SavedModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var architecture = model.Architecture;
        model.Parameters.RequireSame(architecture.Parameters);
        var schema = TokenSchema.Create(model.Vocabulary, architecture.VocabularySize, architecture.PromptLength);
        return new NextTokenTransformer(
            architecture,
            model.Parameters,
            Vocabulary.Create(schema, SequenceColumns.Context, SequenceColumns.Label),
            new NextTokenOptions { Order = architecture.Order },
            new TrainingHistory(batchesPerEpoch: 1, entropy: null),
            TrainingEngine.Auto);
    }
}
