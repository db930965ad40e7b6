using Microsoft.ML;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Engines;
using NGram.ML.Estimators;
using NGram.ML.Fused;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Training;
using NGram.ML.Training.Batches;
using NGram.Tests.ML.Fused;
using NGram.Tests.ML.Models;

namespace NGram.Tests.ML.Training;

[TestClass]
public sealed class ExactObjectiveTests
{
    private static readonly MLContext Ml = new(1);

    /// <summary>Prompts and rows of different probabilities and entropies.</summary>
    private static readonly NGramDistribution Law = new PowerLaw
    {
        VocabularySize = 5,
        Order = 3,
        Alphas = [0.6, 0.7, 0.5],
        Supports = [5, 4, 3],
    }.CreateDistribution(4);

    [TestMethod]
    [DataRow(3, 4)]
    [DataRow(3, 8)]
    [DataRow(3, 16)]
    [DataRow(5, 8)]
    public void The_gradient_is_that_of_the_exact_divergence(int window, int lanes)
    {
        var model = Model(window);
        var weights = RandomModels.Weights(model, new Random(3));
        var batches = new PromptBatches(Law, window - 1, batchSize: int.MaxValue, seed: 1);
        using var engine = new FusedEngine(model, weights, TrainingObjective.Exact, Law, batches.Prompts, lanes);
        var result = engine.Gradient(batches.GetBatch(0, 0), batches.GetWeights(0, 0), out var gradient);
        Assert.AreEqual(Divergence(model, weights), result.CrossEntropy, 1e-5);
        Assert.AreEqual(ExpectedAccuracy(model, weights), result.Accuracy, 1e-6);
        foreach (var (name, tensor) in weights)
        {
            double[] differences = new double[tensor.Values.Length];
            for (int i = 0; i < differences.Length; i++)
            {
                const double step = 1e-4;
                double centre = tensor.Values[i];
                tensor.Values[i] = centre + step;
                double above = Divergence(model, weights);
                tensor.Values[i] = centre - step;
                differences[i] = (above - Divergence(model, weights)) / (2 * step);
                tensor.Values[i] = centre;
            }
            AssertNear(differences, gradient[name].Values, 1e-4, name);
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Both_engines_have_the_gradient_of_a_batch(bool isEncoder)
    {
        Architecture model = isEncoder
            ? new SequenceEncoderArchitecture
            {
                VocabularySize = 5,
                ContextWindow = 4,
                Order = 3,
                Options = new() { EmbeddingDimension = 3 },
            }
            : Model(window: 4);
        var weights = RandomModels.Weights(model, new Random(3));
        var batches = new PromptBatches(Law, length: 3, batchSize: 17, seed: 1);
        using var fused = new FusedEngine(model, weights, TrainingObjective.Exact, Law, 17);
        using var torch = new TorchSharpEngine(model, weights, TrainingObjective.Exact, Law);
        for (int batch = 0; batch < batches.BatchesPerEpoch; batch++)
        {
            var ours = fused.Gradient(batches.GetBatch(2, batch), batches.GetWeights(2, batch), out var gradient);
            var (theirs, expected) = torch.Gradient(batches.GetBatch(2, batch), batches.GetWeights(2, batch));
            Assert.AreEqual(theirs.CrossEntropy, ours.CrossEntropy, 1e-5);
            Assert.AreEqual(theirs.Accuracy, ours.Accuracy, 1e-6);
            foreach (var (name, tensor) in expected)
                AssertNear(tensor.Values, gradient[name].Values, 1e-5, name);
        }
    }

    [TestMethod]
    public void An_epoch_has_every_prompt_once_in_a_new_order_and_weights_of_the_whole()
    {
        var batches = new PromptBatches(Law, length: 2, batchSize: 7, seed: 1);
        Assert.AreEqual(Law.CountPrompts(2), batches.Prompts);
        string[] Epoch(int epoch) =>
            [
                .. Enumerable.Range(0, batches.BatchesPerEpoch).SelectMany(batch =>
                {
                    ushort[] tokens = batches.GetBatch(epoch, batch).ToArray();
                    float[] weights = batches.GetWeights(epoch, batch).ToArray();
                    int count = batches.BatchesPerEpoch;
                    return weights.Select((weight, i) =>
                        FormattableString.Invariant($"{tokens[3 * i]} {tokens[3 * i + 1]} {weight / count:F6}"));
                }),
            ];
        CollectionAssert.AreNotEqual(Epoch(0), Epoch(1));
        CollectionAssert.AreEqual(
            Law.EnumeratePrompts(2)
                .Select(p => FormattableString.Invariant($"{p.Tokens[0]} {p.Tokens[1]} {(float)p.Probability:F6}"))
                .Order(StringComparer.Ordinal)
                .ToArray(),
            Epoch(1).Order(StringComparer.Ordinal).ToArray());
    }

    [TestMethod]
    [DataRow(TrainingEngine.Fused)]
    [DataRow(TrainingEngine.TorchSharp)]
    public void A_training_goes_on_to_the_same_bits_and_ends_with_the_exact_divergence(TrainingEngine engine)
    {
        string path = Path.Combine(Directory.CreateTempSubdirectory("ngram-test-").FullName, "c.safetensors");
        try
        {
            using var whole = Fit(engine, 30, null);
            using (Fit(engine, 10, new CheckpointOptions { Path = path, Every = 13 }))
            {
            }
            using var resumed = Fit(engine, 30, new CheckpointOptions { Path = path, Resume = true });
            CollectionAssert.AreEqual(whole.History.Losses.ToArray(), resumed.History.Losses.ToArray());
            CollectionAssert.AreEqual(whole.Parameters["unemb.weight"].Values, resumed.Parameters["unemb.weight"].Values);

            // The loss of a step is that before it; the rate of the last is so small that it changes nothing.
            using var still = Fit(engine, 1, null, whole.Parameters, learningRate: 1e-12, batchSize: 100);
            double exact = Ml.NGrams.EvaluateExactly(whole, Law).Divergence!.Value;
            Assert.AreEqual(exact, still.History.Losses[0], 1e-5);
            Assert.IsLessThan(0.7 * (Math.Log(5) - Law.Entropy()), exact);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [TestMethod]
    public void It_needs_a_law_and_draws_nothing()
    {
        var online = new TrainingOptions { Objective = TrainingObjective.Exact, Online = true };
        StringAssert.Contains(Assert.Throws<ArgumentException>(online.Validate).Message, "Online is True; it must be false");
        var options = new AttentionTransformerOptions { Objective = TrainingObjective.Exact };
        var trainer = Ml.MulticlassClassification.Trainers.AttentionTransformer(options);
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => trainer.Fit(Ml.NGrams.Sample(Law, 5, seed: 1))).Message, "Objective is Exact");
    }

    private static NextTokenTransformer Fit(
        TrainingEngine engine,
        int epochs,
        CheckpointOptions? checkpoints,
        StateDict? initial = null,
        double learningRate = 0.02,
        int batchSize = 8) =>
        Ml.MulticlassClassification.Trainers.AttentionTransformer(new AttentionTransformerOptions
        {
            Distribution = Law,
            Objective = TrainingObjective.Exact,
            Engine = engine,
            EmbeddingDimension = 4,
            HeadDimension = 2,
            Heads = 3,
            BatchSize = batchSize,
            NumberOfEpochs = epochs,
            LearningRate = learningRate,
            FinalLearningRate = learningRate,
            Checkpoints = checkpoints,
            InitialParameters = initial,
        }).Fit(Ml.NGrams.Sample(Law, 1, seed: 1));

    private static double Divergence(Architecture model, StateDict weights) =>
        Law.EnumeratePrompts(model.PromptLength)
            .Sum(prompt => prompt.Probability * BruteForce.Loss(model, weights, [.. prompt.Tokens, 0], Law));

    private static double ExpectedAccuracy(Architecture model, StateDict weights)
    {
        double[] law = new double[5];
        double sum = 0;
        foreach (var prompt in Law.EnumeratePrompts(model.PromptLength))
        {
            double[][] logits = BruteForce.Logits(model, weights, prompt.Tokens);
            for (int position = model.FirstScored; position < logits.Length; position++)
            {
                Law.GetProbabilities(prompt.Tokens.AsSpan(0, position + 1), law);
                int best = Array.IndexOf(logits[position], logits[position].Max());
                sum += prompt.Probability * law[best] / model.ScoredPositions;
            }
        }
        return sum;
    }

    private static void AssertNear(double[] expected, double[] actual, double tolerance, string name)
    {
        double norm = Math.Sqrt(expected.Sum(value => value * value));
        double error = Math.Sqrt(expected.Zip(actual, (a, b) => (a - b) * (a - b)).Sum());
        Assert.IsInRange(0, tolerance * norm + 1e-7, error, name);
    }

    private static TransformerArchitecture Model(int window) => new()
    {
        VocabularySize = 5,
        ContextWindow = window,
        Order = 3,
        Options = new TransformerOptions
        {
            EmbeddingDimension = 4,
            HeadDimension = 3,
            Heads = 2,
            Projections = Projections.PerHead,
        },
    };
}
