using System.Reflection;
using Microsoft.ML;
using NGram.Data.Laws;
using NGram.ML.Estimators;

namespace NGram.Tests.ML.Estimators;

/// <summary>Our trainers where a user of ML.NET looks for them.</summary>
[TestClass]
public sealed class FrontDoorTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly AttentionTransformerOptions Small = new()
    {
        EmbeddingDimension = 6,
        HeadDimension = 4,
        Heads = 3,
        NumberOfEpochs = 3,
        BatchSize = 64,
    };

    private static IDataView Words => Ml.Data.LoadFromEnumerable(TextRow.Cycle(300, seed: 1));

    [TestMethod]
    public void The_log_of_the_application_has_the_trainer_s_lines()
    {
        var ml = new MLContext(seed: 1);
        var log = new List<string>();
        ml.Log += (_, message) => log.Add(message.Message);
        var law = new PowerLaw { VocabularySize = 5, Order = 3 }.CreateDistribution(1);
        using var model = ml.MulticlassClassification.Trainers.AttentionTransformer(Small).Fit(ml.NGrams.Sample(law, 100));
        Assert.IsTrue(log.Any(line => line.Contains("Engine Fused", StringComparison.Ordinal)), string.Join('\n', log));
    }

    [TestMethod]
    [DataRow(nameof(NGramTrainersExtensions.AttentionTransformer), typeof(AttentionTransformerOptions))]
    [DataRow(nameof(NGramTrainersExtensions.SequenceEncoder), typeof(SequenceEncoderTrainerOptions))]
    public void The_parameters_have_the_options_names_and_defaults(string method, Type options)
    {
        object defaults = Activator.CreateInstance(options)!;
        var parameters = typeof(NGramTrainersExtensions)
            .GetMethods()
            .Single(candidate => candidate.Name == method && candidate.GetParameters().Length > 2)
            .GetParameters()
            .Skip(1);
        foreach (var parameter in parameters)
        {
            var property = options.GetProperty(
                parameter.Name!,
                BindingFlags.IgnoreCase | BindingFlags.Instance | BindingFlags.Public);
            Assert.IsNotNull(property, parameter.Name);
            Assert.AreEqual(property.GetValue(defaults), parameter.DefaultValue, parameter.Name);
        }
    }

    [TestMethod]
    public void Every_parameter_reaches_the_trainer()
    {
        var law = new PowerLaw { VocabularySize = 5, Order = 3 }.CreateDistribution(1);
        var words = Words;
        var trainers = Ml.MulticlassClassification.Trainers;
        var given = trainers.AttentionTransformer("L", "C", law, 5, 6, 7, 8, 9, 0.1, words).Options;
        Assert.AreEqual(
            new AttentionTransformerOptions
            {
                LabelColumnName = "L",
                ContextColumnName = "C",
                Distribution = law,
                EmbeddingDimension = 5,
                HeadDimension = 6,
                Heads = 7,
                NumberOfEpochs = 8,
                BatchSize = 9,
                LearningRate = 0.1,
                ValidationSet = words,
            },
            given);
        var encoder = trainers.SequenceEncoder("L", "C", law, 5, 8, 9, 0.1, words).Options;
        Assert.AreEqual(
            new SequenceEncoderTrainerOptions
            {
                LabelColumnName = "L",
                ContextColumnName = "C",
                Distribution = law,
                EmbeddingDimension = 5,
                NumberOfEpochs = 8,
                BatchSize = 9,
                LearningRate = 0.1,
                ValidationSet = words,
            },
            encoder);
    }

    [TestMethod]
    public void Options_out_of_range_are_named_before_there_is_data()
    {
        string Message(AttentionTransformerOptions options) => Assert
            .Throws<ArgumentException>(() => Ml.MulticlassClassification.Trainers.AttentionTransformer(options))
            .Message;
        StringAssert.Contains(Message(Small with { NumberOfEpochs = 0 }), "NumberOfEpochs is 0");
        StringAssert.Contains(Message(Small with { Heads = 0 }), "Heads is 0");
        StringAssert.Contains(Message(Small with { LearningRate = -1 }), "LearningRate is -1");
        StringAssert.Contains(Message(Small with { FinalLearningRate = 0 }), "FinalLearningRate is 0");
        StringAssert.Contains(Message(Small with { ScoreColumnName = "A", PredictedLabelColumnName = "A" }), "another name");
        StringAssert.Contains(Message(Small with { LabelColumnName = "" }), "LabelColumnName");
    }

    [TestMethod]
    [DataRow(1_000_000, 3)]
    [DataRow(4_000, 3)]
    [DataRow(1_000, 4)]
    [DataRow(999, 5)]
    [DataRow(1, 4_000)]
    public void An_unset_number_of_epochs_makes_4000_batches_and_at_least_three_epochs(int batches, int epochs)
    {
        Assert.AreEqual(epochs, new NextTokenOptions().Training(batches).Epochs);
        Assert.AreEqual(7, new NextTokenOptions { NumberOfEpochs = 7 }.Training(batches).Epochs);
    }

    [TestMethod]
    public void The_last_learning_rate_is_a_twentieth_of_the_first_unless_it_is_given()
    {
        var training = new NextTokenOptions { LearningRate = 0.2 }.Training(1);
        Assert.AreEqual(0.01, training.FinalLearningRate!.Value, 1e-15);
        Assert.AreEqual(0.3, new NextTokenOptions { FinalLearningRate = 0.3 }.Training(1).FinalLearningRate);
    }

    [TestMethod]
    public void A_validation_set_is_measured_in_an_appended_pipeline()
    {
        var keys = TextRow.ToKeys(Ml).Fit(Words);
        var held = Ml.Data.LoadFromEnumerable(TextRow.Cycle(100, seed: 2));
        using var model = TextRow
            .ToKeys(Ml)
            .Append(Ml.MulticlassClassification.Trainers.AttentionTransformer(
                Small with
                {
                    NumberOfEpochs = 20,
                    ValidationSet = keys.Transform(held),
                }))
            .Fit(Words);
        var history = model.LastTransformer.History;
        Assert.HasCount(20, history.ValidationLosses);
        Assert.AreEqual(1, history.ValidationAccuracies[^1], "the cycle is a look-up of one token");
    }

    [TestMethod]
    public void A_validation_set_without_the_trainer_s_columns_is_an_error_that_says_to_transform_it()
    {
        var pipeline = TextRow
            .ToKeys(Ml)
            .Append(Ml.MulticlassClassification.Trainers.AttentionTransformer(Small with { ValidationSet = Words }));
        Assert.AreEqual(
            "The validation set has no column 'Context'; it has Words, Next. "
            + "Transform it first by what comes before the trainer: the trainer reads it as it is.",
            Assert.ThrowsExactly<ArgumentException>(() => pipeline.Fit(Words)).Message);
    }
}
