using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Checks;
using NGram.Data.Laws;
using NGram.ML.Estimators;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Training;
using NGram.Tests.Readme;
using static TorchSharp.torch;

namespace NGram.Tests.ML.Estimators;

[TestClass]
public sealed class ModuleEstimatorTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly NGramDistribution Law = new PowerLaw { VocabularySize = 8, Order = 3 }.CreateDistribution(1);
    private static readonly TrainingOptions Short = new() { BatchSize = 100, Epochs = 3, LearningRate = 0.02, Seed = 5 };
    private static readonly NextTokenOptions WithLaw = new NextTokenOptions { Distribution = Law }.With(Short);

    private static IDataView Data => Ml.NGrams.Sample(Law, rows: 2000, seed: 3);

    [TestMethod]
    public void A_recurrent_network_is_trained_saved_and_loaded_as_the_example_shows()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            var (trained, loaded) = OwnModule.Run(Ml, Law, Data, path);
            using (trained)
            using (loaded)
            {
                Assert.AreEqual(TrainingEngine.TorchSharp, trained.Engine);
                Assert.AreEqual("Divergence", trained.History.LossName);
                Assert.IsGreaterThan(0.6, trained.History.FinalAccuracy, "chance is 1/8");
                Assert.IsTrue(trained.Parameters.ContainsKey("lstm.weight_ih_l0"), string.Join(", ", trained.Parameters.Keys));
                Assert.AreEqual(8 * 24 + (4 * 24 * (24 + 24 + 2)) + 25 * 8, trained.Architecture.ParameterCount);
                var metrics = Ml.NGrams.Evaluate(Data, trained);
                Assert.AreEqual(metrics.CrossEntropy, Ml.NGrams.Evaluate(Data, loaded).CrossEntropy, 1e-7);
                Assert.AreEqual(metrics.Accuracy, Ml.MulticlassClassification.Evaluate(trained.Transform(Data)).MicroAccuracy);
                Assert.AreEqual(64, Ml.NGrams.EvaluateExactly(trained, Law).Rows);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    public void The_library_s_own_transformer_as_a_module_learns_the_same_curve()
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = 8,
            ContextWindow = 3,
            Order = 3,
            Options = new TransformerOptions { EmbeddingDimension = 6, HeadDimension = 6, Heads = 3 },
        };
        var initial = Initialization.Create(architecture, Short.Seed);
        using var own = Ml
            .NGrams.Transformer(architecture.Options, Short with { Engine = TrainingEngine.TorchSharp }, WithLaw)
            .Fit(Data);
        using var module = Ml
            .NGrams.Module(_ => NextTokenModel.Create(architecture, initial), WithLaw)
            .Fit(Data, Data);
        for (int step = 0; step < own.History.Steps; step++)
            // The module computes the same on all positions at once: float32 rounding, amplified by Adam.
            Assert.AreEqual(own.History.Losses[step], module.History.Losses[step], 2e-3, $"step {step}");
        Assert.HasCount(3, module.History.ValidationLosses);
    }

    [TestMethod]
    public void Buffers_are_kept_dropout_is_off_in_predictions_and_the_seed_gives_the_weights()
    {
        static nn.Module<Tensor, Tensor> Create(ModuleShape shape) =>
            nn.Sequential(
                ("embedding", nn.Embedding(shape.VocabularySize, 16)),
                ("transpose", new Transposed(nn.BatchNorm1d(16))),
                ("dropout", nn.Dropout(0.5)),
                ("output", nn.Linear(16, shape.VocabularySize)));
        using var model = Ml.NGrams.Module(Create, WithLaw).Fit(Data);
        using var again = Ml.NGrams.Module(Create, WithLaw with { NumberOfEpochs = 1 }).Fit(Data);
        Assert.AreEqual(model.History.Losses[0], again.History.Losses[0], 0.2, "dropout alone differs");
        Assert.IsTrue(
            model.Parameters.Keys.Any(name => name.EndsWith("running_mean", StringComparison.Ordinal)),
            string.Join(", ", model.Parameters.Keys));
        Assert.AreEqual(8 * 16 + 2 * 16 + 17 * 8, model.Architecture.ParameterCount, "buffers do not count");
        CollectionAssert.AreEqual(
            model.Transform(Data).GetColumn<float[]>("Score").First(),
            model.Transform(Data).GetColumn<float[]>("Score").First());
    }

    [TestMethod]
    public void A_module_with_other_outputs_is_an_error_that_names_both_shapes()
    {
        var estimator = Ml.NGrams.Module(shape => nn.Embedding(shape.VocabularySize, 5), WithLaw);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => estimator.Fit(Data)).Message,
            "[2, 2, 5] for tokens [2, 2]; it must give logits of every position, [2, 2, 8]");
        var fused = Ml.NGrams.Module(Square, WithLaw with { Engine = TrainingEngine.Fused });
        StringAssert.Contains(Assert.ThrowsExactly<OptionException>(() => fused.Fit(Data)).Message, "Fused");
    }

    [TestMethod]
    public void Training_goes_on_from_a_file()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.safetensors");
        try
        {
            using var model = Ml.NGrams.Module(Square, WithLaw).Fit(Data, Data);
            ModelFile.SaveParameters(path, model.Parameters);
            var start = ModelFile.LoadParameters(path);
            var still = WithLaw with { NumberOfEpochs = 1, LearningRate = 1e-12, InitialParameters = start };
            using var more = Ml
                .NGrams.Module(Square, still)
                .Fit(Data, Data);
            Assert.AreEqual(model.History.ValidationLosses[^1], more.History.ValidationLosses[^1], 1e-6);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Logits of the next token that the token alone decides.</summary>
    private static nn.Module<Tensor, Tensor> Square(ModuleShape shape) =>
        nn.Embedding(shape.VocabularySize, shape.VocabularySize);

    /// <summary>Normalises the last dimension of [B, T, d].</summary>
    private sealed class Transposed : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> inner;

        public Transposed(nn.Module<Tensor, Tensor> inner) : base(nameof(Transposed))
        {
            this.inner = inner;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            return inner.call(x.transpose(1, 2)).transpose(1, 2).MoveToOuterDisposeScope();
        }
    }
}
