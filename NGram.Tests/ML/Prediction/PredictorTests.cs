using NGram.ML.Models;
using NGram.ML.Prediction;
using NGram.Tests.ML.Models;

namespace NGram.Tests.ML.Prediction;

/// <summary>The work-out of every predictor, on every architecture, against brute force in double.</summary>
[TestClass]
public sealed class PredictorTests
{
    [TestMethod]
    [DynamicData(nameof(Architectures.Names), typeof(Architectures))]
    public void Logits_and_probabilities_are_those_of_brute_force(string name)
    {
        var architecture = Architectures.All[name];
        var weights = Architectures.Weights(architecture);
        int length = architecture.PromptLength, vocabulary = architecture.VocabularySize;
        const int Rows = 7;
        ushort[] prompts = Prompts(architecture, Rows);
        double[][][] expected =
            [.. prompts.Chunk(length).Select(prompt => BruteForce.Logits(architecture, weights, prompt))]; // [Rows][S][N]
        using var predictor = IPredictor.Create(architecture, weights);

        Assert.AreEqual((length, vocabulary), (predictor.PromptLength, predictor.VocabularySize));
        for (int first = 0; first < length; first++)
        {
            double[] logits = new double[Rows * (length - first) * vocabulary];
            predictor.Logits(prompts, length, first, logits);
            Close.Norms(
                $"from position {first}",
                [.. expected.SelectMany(row => row[first..].SelectMany(position => position))],
                logits,
                1e-12);
        }
        float[] probabilities = new float[Rows * vocabulary];
        predictor.Probabilities(prompts, probabilities);
        Close.Norms(
            "probabilities",
            [.. expected.SelectMany(row => Softmax(row[^1]))],
            [.. probabilities.Select(probability => (double)probability)],
            1e-7);
    }

    [TestMethod]
    [DynamicData(nameof(Architectures.Names), typeof(Architectures))]
    public void Threads_get_what_one_gets_and_new_parameters_count(string name)
    {
        var architecture = Architectures.All[name];
        ushort[] prompts = Prompts(architecture, IPredictor.BatchRows);
        using IPredictor predictor = IPredictor.Create(architecture, Architectures.Weights(architecture)),
            other = IPredictor.Create(architecture, Architectures.Weights(architecture, seed: 8));
        float[] alone = Probabilities(predictor);
        Parallel.For(0, 16, _ => CollectionAssert.AreEqual(alone, Probabilities(predictor)));

        predictor.SetParameters(Architectures.Weights(architecture, seed: 8));
        CollectionAssert.AreNotEqual(alone, Probabilities(predictor));
        CollectionAssert.AreEqual(Probabilities(other), Probabilities(predictor));

        float[] Probabilities(IPredictor of)
        {
            float[] probabilities = new float[IPredictor.BatchRows * architecture.VocabularySize];
            of.Probabilities(prompts, probabilities);
            return probabilities;
        }
    }

    [TestMethod]
    public void Too_many_prompts_longer_ones_and_another_vocabulary_are_refused()
    {
        var architecture = Architectures.All["bigram AoT, window 4"];
        using var model = NextTokenModel.Create(architecture, Architectures.Weights(architecture));
        int length = architecture.PromptLength;
        double[] logits = new double[2 * IPredictor.BatchRows * architecture.VocabularySize];
        using IPredictor predictor = new TorchSharpPredictor(model, architecture.VocabularySize, length);
        ushort[] many = Prompts(architecture, IPredictor.BatchRows + 1);
        Assert.Throws<ArgumentException>(() => predictor.Logits(many, length, length - 1, logits));
        Assert.Throws<ArgumentException>(() => predictor.Logits(many.AsSpan(0, length + 1), length + 1, length, logits));
        Assert.Throws<ArgumentException>(() => predictor.Logits([], length, length - 1, logits));
        var smaller = new TorchSharpPredictor(model, architecture.VocabularySize - 1, length);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => smaller.Probabilities(many.AsSpan(0, length), new float[10])).Message,
            "predicts 5 tokens, not 4");
    }

    private static ushort[] Prompts(Architecture architecture, int rows) =>
        [.. Architectures.Tokens(architecture, rows).Chunk(architecture.ContextWindow).SelectMany(row => row[..^1])];

    private static IEnumerable<double> Softmax(double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        return logits.Select(logit => Math.Exp(logit) / sum);
    }
}
