using Microsoft.Data.Analysis;
using Microsoft.ML;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Evaluation;
using NGram.ML.Models;
using NGram.ML.Prediction;
using NGram.ML.Training;
using NGram.Tests.ML.Models;

namespace NGram.Tests.ML.Evaluation;

[TestClass]
public sealed class ExactEvaluationTests
{
    private const int N = 4;

    /// <summary>A transformer of random weights, large enough that its predictions are far from uniform.</summary>
    private static NextTokenModel CreateModel(int contextWindow, double scale = 2)
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = N,
            ContextWindow = contextWindow,
            Order = 2,
            Options = new TransformerOptions
            {
                EmbeddingDimension = 5,
                HeadDimension = 3,
                Heads = 2,
                Precision = ModelPrecision.Float64,
            },
        };
        var parameters = Initialization.Create(architecture, seed: 3);
        foreach (var (_, values) in parameters.Values)
        {
            for (int i = 0; i < values.Length; i++)
                values[i] *= scale;
        }

        return NextTokenModel.Create(architecture, parameters);
    }

    [TestMethod]
    [DataRow(1, 2)]
    [DataRow(2, 2)]
    [DataRow(3, 2)]
    [DataRow(3, 4)]
    public void Sums_over_all_prompts_are_those_of_brute_force(int order, int promptLength)
    {
        INGramDistribution law = TableDistribution.Random(order, N, seed: 7);
        using var model = CreateModel(promptLength + 1);
        var actual = ExactEvaluation.Evaluate(Predictions(model, law, promptLength), new() { TopK = 2 });

        double divergence = 0, crossEntropy = 0, accuracy = 0, best = 0, top = 0, mass = 0, nats = 0, margin = double.MaxValue;
        long prompts = 0;
        foreach (ushort[] prompt in AllPrompts(promptLength))
        {
            double weight = 1;
            double[] pi = new double[N];
            for (int i = 0; i < promptLength; i++)
            {
                law.GetProbabilities(prompt.AsSpan(0, i), pi);
                weight *= pi[prompt[i]];
            }
            law.GetProbabilities(prompt, pi);
            double[] logits = model.Logits(prompt, promptLength)[^N..];
            double[] p = [.. logits.Select(logit => Math.Exp(logit) / logits.Sum(Math.Exp))];
            int[] order2 = [.. Enumerable.Range(0, N).OrderByDescending(t => p[t])];
            mass += weight;
            prompts++;
            divergence += weight * Enumerable.Range(0, N).Sum(t => pi[t] * Math.Log(pi[t] / p[t]));
            crossEntropy -= weight * Enumerable.Range(0, N).Sum(t => pi[t] * Math.Log(p[t]));
            accuracy += weight * pi[order2[0]];
            top += weight * (pi[order2[0]] + pi[order2[1]]);
            best += weight * pi.Max();
            // KL(pi || uniform) - KL(pi || p).
            nats += weight * Enumerable.Range(0, N).Sum(t => pi[t] * (Math.Log(pi[t] * N) - Math.Log(pi[t] / p[t])));
            int right = Array.IndexOf(pi, pi.Max());
            margin = Math.Min(margin, logits[right] - logits.Where((_, t) => t != right).Max());
        }

        Assert.AreEqual(1, mass, 1e-12, "the brute force itself");
        Assert.AreEqual(prompts, actual.Rows);
        Assert.AreEqual(divergence, actual.Divergence!.Value, 1e-10);
        Assert.AreEqual(crossEntropy, actual.CrossEntropy, 1e-10);
        Assert.AreEqual(Math.Exp(crossEntropy), actual.Perplexity, 1e-9);
        Assert.AreEqual(accuracy, actual.Accuracy, 1e-12);
        Assert.AreEqual(top, actual.TopKAccuracy, 1e-12);
        Assert.AreEqual(best, actual.BestAccuracy!.Value, 1e-12);
        Assert.AreEqual(prompts * nats / Math.Log(2), actual.Bits!.Value, 1e-9);
        Assert.AreEqual(margin, actual.SmallestMargin!.Value, 1e-10);
        Assert.AreEqual(law.EntropyAt(promptLength), actual.CrossEntropy - actual.Divergence.Value, 1e-10);
    }

    [TestMethod]
    public void The_uniform_predictor_has_the_divergence_log_N_less_the_entropy()
    {
        var law = TableDistribution.Random(3, N, seed: 1);
        using var model = CreateModel(3, scale: 0);
        var metrics = ExactEvaluation.Evaluate(Predictions(model, law, 2), new());
        Assert.AreEqual(Math.Log(N) - law.Entropy(), metrics.Divergence!.Value, 1e-12);
        Assert.AreEqual(1, metrics.TopKAccuracy, 1e-12, "the top 5 of 4 tokens are all");
    }

    [TestMethod]
    public void The_table_of_contexts_adds_up_to_the_metrics()
    {
        var law = new PowerLaw { VocabularySize = N, Order = 3 }.CreateDistribution(seed: 5);
        using var model = CreateModel(3);
        var metrics = ExactEvaluation.Evaluate(Predictions(model, law, 2), new());
        var table = ExactEvaluation.Contexts(Predictions(model, law, 2));

        Assert.AreEqual(16, table.Rows.Count);
        Assert.AreEqual("0 0", table["Context"][0]);
        Assert.AreEqual("3 3", table["Context"][15]);
        Assert.AreEqual(1, Column<double>(table, "Probability").Sum(), 1e-12);
        Assert.AreEqual(
            metrics.Divergence!.Value,
            Column<double>(table, "Probability").Zip(Column<double>(table, "Divergence"), (w, d) => w * d).Sum(),
            1e-12);
        Assert.AreEqual(metrics.MemorisedPrompts, Column<bool>(table, "Memorised").Count(memorised => memorised));
        // Equal prompts with one possible next token each: what is right is memorised.
        Assert.AreEqual(metrics.Accuracy, metrics.MemorisedPrompts!.Value / 16.0, 1e-12);
        CollectionAssert.AreEqual(
            Column<double>(table, "PredictionProbability"),
            Column<bool>(table, "Memorised").Select(m => m ? 1.0 : 0).ToArray());
    }

    [TestMethod]
    public void Too_many_prompts_are_refused_with_their_number()
    {
        var law = new PowerLaw { VocabularySize = N, Order = 3 }.CreateDistribution(seed: 5);
        using var model = CreateModel(3);
        var error = Assert.ThrowsExactly<OptionException>(() =>
            ExactEvaluation.Evaluate(Predictions(model, law, 2, promptLimit: 15), new()));
        StringAssert.Contains(error.Message, "at least 16, the number of prompts");
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            ExactEvaluation.Evaluate(Predictions(model, law, 2, cancellation: new(canceled: true)), new()));
    }

    [TestMethod]
    public void A_vocabulary_of_ids_in_another_order_is_matched_with_the_law()
    {
        var ml = new MLContext(seed: 1);
        var law = new PowerLaw { VocabularySize = N, Order = 3 }.CreateDistribution(seed: 5);
        var text = ml
            .Transforms.Conversion.MapKeyToValue([new("Context"), new("Label")])
            .Append(ml.Transforms.Conversion.MapValueToKey([new("Context"), new("Label")]));
        var sample = ml.NGrams.Sample(law, rows: 600, seed: 1);
        var reordered = text.Fit(sample).Transform(sample);
        var training = new TrainingOptions
        {
            BatchSize = 50,
            Epochs = 25,
            LearningRate = 0.03,
        };
        using var model = ml
            .NGrams.Transformer(
                new TransformerOptions
                {
                    EmbeddingDimension = 8,
                    HeadDimension = 8,
                    Heads = 4,
                },
                training)
            .Fit(reordered);

        CollectionAssert.AreNotEqual(
            Enumerable.Range(0, N).Cast<object>().ToArray(),
            model.Vocabulary.Values.ToArray(),
            "or the test shows nothing");
        var metrics = ml.NGrams.EvaluateExactly(model, law);
        Assert.AreEqual(model.History.FinalAccuracy, metrics.Accuracy, 0.05, "all 16 prompts are in the sample");
        Assert.IsGreaterThan(0.9, metrics.Accuracy);
        Assert.AreEqual(16, ml.NGrams.EvaluateContexts(model, law).Rows.Count);
        var stranger = new PowerLaw { VocabularySize = 5, Order = 3 }.CreateDistribution(seed: 5);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => ml.NGrams.EvaluateExactly(model, stranger)).Message,
            "4 tokens");
    }

    private static ExactPredictions Predictions(
        NextTokenModel model,
        INGramDistribution law,
        int promptLength,
        double promptLimit = 1000,
        CancellationToken cancellation = default)
    {
        var predictor = new TorchSharpPredictor(model, N, promptLength);
        return new(predictor, law, promptLimit, tokenOfId: null, cancellation);
    }

    private static T[] Column<T>(DataFrame table, string name)
        where T : unmanaged => [.. ((PrimitiveDataFrameColumn<T>)table[name]).Select(value => value!.Value)];

    private static IEnumerable<ushort[]> AllPrompts(int length) => Enumerable.Range(0, (int)Math.Pow(N, length))
        .Select(index => Enumerable.Range(0, length).Select(i => (ushort)(index / (int)Math.Pow(N, i) % N)).ToArray());
}
