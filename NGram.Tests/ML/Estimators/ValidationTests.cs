using Microsoft.ML;
using NGram.Data.Laws;
using NGram.ML.Engines;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.ML.Estimators;

[TestClass]
public sealed class ValidationTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly NGramDistribution Law = new RandomHeadLaw
    {
        VocabularySize = 6,
        Order = 3,
        HeadTokens = 6,
    }.CreateDistribution(1);
    private static readonly TransformerOptions Model = new()
    {
        EmbeddingDimension = 6,
        HeadDimension = 4,
        Heads = 3,
    };
    private static readonly TrainingOptions Short = new()
    {
        BatchSize = 100,
        Epochs = 3,
        LearningRate = 0.02,
        Seed = 5,
    };
    private static readonly NextTokenOptions WithLaw = new() { Distribution = Law };

    private static IDataView Train => Ml.NGrams.Sample(Law, rows: 1050, seed: 3);

    private static IDataView Held => Ml.NGrams.Sample(Law, rows: 1500, seed: 4);

    [TestMethod]
    [DataRow(TrainingEngine.Fused)]
    [DataRow(TrainingEngine.TorchSharp)]
    public void The_last_validation_is_the_evaluation_of_the_fitted_model_and_training_is_the_same(TrainingEngine engine)
    {
        var estimator = Ml.NGrams.Transformer(Model, Short with { Engine = engine }, WithLaw);
        using var model = estimator.Fit(Train, Held);
        using var alone = estimator.Fit(Train);
        CollectionAssert.AreEqual(alone.History.Losses.ToArray(), model.History.Losses.ToArray());
        Assert.HasCount(0, alone.History.ValidationLosses);

        var metrics = Ml.NGrams.Evaluate(Held, model, new EvaluationOptions { Distribution = Law });
        Assert.HasCount(3, model.History.ValidationLosses);
        // A window of three tokens has one scored position, that of Label; float32 scores.
        Assert.AreEqual(metrics.Divergence!.Value, model.History.ValidationLosses[2], 1e-5);
        Assert.AreEqual(metrics.Accuracy, model.History.ValidationAccuracies[2], 1e-3);
        Assert.IsInRange(0, model.History.ValidationLosses[0], model.History.ValidationLosses[2], "it learns");
        var table = model.History.ValidationToDataFrame();
        CollectionAssert.AreEqual(
            new[] { "Epoch", "Divergence", "Accuracy" },
            table.Columns.Select(column => column.Name).ToArray());
        Assert.AreEqual(3, table["Epoch"][2]);
    }

    [TestMethod]
    public void With_the_full_distribution_the_validation_has_the_training_loss_of_the_same_rows()
    {
        // Nothing is learned at this rate, so the loss of all rows is the mean over the batches of an epoch.
        var training = Short with
        {
            Objective = TrainingObjective.FullDistribution,
            LearningRate = 1e-12,
            Epochs = 1,
            BatchSize = 150,
        };
        using var model = Ml.NGrams.Transformer(Model, training, WithLaw).Fit(Held, Held);
        Assert.AreEqual(model.History.Losses.Average(), model.History.ValidationLosses[0], 1e-5);
        Assert.AreEqual(model.History.Accuracies.Average(), model.History.ValidationAccuracies[0], 1e-9);
    }

    [TestMethod]
    public void Validation_data_have_a_dictionary_of_their_own()
    {
        IDataView train = Ml.Data.LoadFromEnumerable(TextRow.Cycle(500, seed: 1)),
            held = Ml.Data.LoadFromEnumerable(TextRow.Cycle(200, seed: 2));
        IDataView trainKeys = TextRow.ToKeys(Ml).Fit(train).Transform(train),
            heldKeys = TextRow.ToKeys(Ml).Fit(held).Transform(held);
        using var model = Ml.NGrams.Transformer(Model, Short with { Epochs = 12 }).Fit(trainKeys, heldKeys);
        Assert.AreEqual(1, model.History.ValidationAccuracies[^1]);
    }

    [TestMethod]
    public void Validation_rows_of_another_length_are_an_error()
    {
        var longer = Ml.NGrams.Sample(Law, rows: 10, seed: 3, contextWindow: 5);
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            Ml.NGrams.Transformer(Model, Short, WithLaw).Fit(Train, longer));
        StringAssert.Contains(error.Message, "4 tokens and the training data's 2");
    }

    [TestMethod]
    [DataRow(TrainingEngine.Fused)]
    [DataRow(TrainingEngine.TorchSharp)]
    public void A_fit_goes_on_from_given_parameters(TrainingEngine engine)
    {
        using var first = Ml.NGrams.Transformer(Model, Short with { Engine = engine }, WithLaw).Fit(Train, Train);
        var given = first.Parameters.ToDictionary(p => p.Key, p => p.Value.Values.ToArray());
        using var second = Ml
            .NGrams.Transformer(
                Model,
                Short with
                {
                    Engine = engine,
                    Epochs = 1,
                    LearningRate = 1e-12,
                },
                WithLaw with
                {
                    InitialParameters = first.Parameters,
                })
            .Fit(Train, Train);
        Assert.AreEqual(first.History.ValidationLosses[^1], second.History.ValidationLosses[0], 1e-6);
        foreach (var (name, values) in given)
        {
            CollectionAssert.AreEqual(values, first.Parameters[name].Values, "a fit changes nothing it was given");
            for (int i = 0; i < values.Length; i++)
                Assert.AreEqual(values[i], second.Parameters[name].Values[i], 1e-6);
        }
    }

    [TestMethod]
    public void Parameters_of_another_model_are_one_clear_error()
    {
        using var model = Ml.NGrams.Transformer(Model, Short with { Epochs = 1 }, WithLaw).Fit(Train);
        var wider = Ml.NGrams.Transformer(
            Model with
            {
                EmbeddingDimension = 7,
            },
            Short,
            WithLaw with
            {
                InitialParameters = model.Parameters,
            });
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => wider.Fit(Train)).Message,
            "InitialParameters are of another model: The tensor word_emb.weight has the shape [6, 6]; it must be [6, 7].");
    }

    [TestMethod]
    public void A_transformer_is_restored_from_its_parameters()
    {
        var estimator = Ml.NGrams.Transformer(Model, Short, WithLaw);
        using var model = estimator.Fit(Train);
        using var restored = estimator.Restore(Held.Schema, model.Parameters);
        Assert.AreEqual(Ml.NGrams.Evaluate(Held, model).CrossEntropy, Ml.NGrams.Evaluate(Held, restored).CrossEntropy);
    }
}
