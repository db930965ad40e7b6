using Microsoft.ML;
using NGram.Data;
using NGram.ML.Estimators;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests;

/// <summary>
/// Trainers from the parts that a test varies one by one. The parts' own defaults are the notebook's, so that a test that sets
/// little is small and slow to learn.
/// </summary>
internal static class TestTrainers
{
    public static AttentionTransformerEstimator Transformer(
        this NGramCatalog catalog,
        TransformerOptions? model = null,
        TrainingOptions? training = null,
        NextTokenOptions? rest = null) =>
        catalog.Context.MulticlassClassification.Trainers.AttentionTransformer(
            new AttentionTransformerOptions(model ?? new(), (rest ?? new()).With(training ?? new())));

    public static SequenceEncoderEstimator SequenceEncoder(
        this NGramCatalog catalog,
        SequenceEncoderOptions? model = null,
        TrainingOptions? training = null,
        NextTokenOptions? rest = null) =>
        catalog.Context.MulticlassClassification.Trainers.SequenceEncoder(
            new SequenceEncoderTrainerOptions(model ?? new(), (rest ?? new()).With(training ?? new())));
}
