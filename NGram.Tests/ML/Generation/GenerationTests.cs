using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Laws;
using NGram.ML.Estimators;
using NGram.ML.Generation;
using NGram.ML.Models;
using NGram.ML.Training;
using NGram.Tests.ML.Estimators;

namespace NGram.Tests.ML.Generation;

[TestClass]
public sealed class GenerationTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly NGramDistribution Law = new PowerLaw { VocabularySize = 6, Order = 3 }.CreateDistribution(1);
    private static readonly TransformerOptions Options = new()
    {
        EmbeddingDimension = 8,
        HeadDimension = 8,
        Heads = 6,
    };
    private static readonly Lazy<NextTokenTransformer> LookUp = new(() =>
        Ml
            .NGrams.Transformer(
                Options,
                new TrainingOptions
                {
                    BatchSize = 100,
                    Epochs = 30,
                    LearningRate = 0.02,
                },
                new NextTokenOptions { Distribution = Law })
            .Fit(Ml.NGrams.Sample(Law, rows: 2000, seed: 3, contextWindow: 5)));

    [TestMethod]
    [DataRow(new ushort[] { 1, 2 })]
    [DataRow(new ushort[] { 3, 3, 0, 5 })]
    [DataRow(new ushort[] { 3, 3, 0, 5, 1, 1, 4 })]
    public void Greedy_generation_takes_the_best_token_of_the_last_S_each_time(ushort[] prompt)
    {
        ushort[] generated = LookUp.Value.Generate(prompt, length: 9, new GenerationOptions { Temperature = 0 });
        List<ushort> all = [.. prompt];
        for (int i = 0; i < 9; i++)
        {
            ushort[] seen = [.. all.TakeLast(4)];
            double[] logits = LookUp.Value.Model.Logits(seen, seen.Length)[^6..];
            all.Add((ushort)Array.IndexOf(logits, logits.Max()));
        }
        CollectionAssert.AreEqual(all.Skip(prompt.Length).ToArray(), generated);
    }

    [TestMethod]
    public void A_learned_look_up_is_continued_by_its_law()
    {
        Assert.AreEqual(1, LookUp.Value.History.FinalAccuracy, 1e-3, "or the test shows nothing");
        ushort[] generated = LookUp.Value.Generate([1, 2], length: 20, new GenerationOptions { Temperature = 0 });
        ushort[] all = [1, 2, .. generated];
        double[] row = new double[6];
        for (int i = 2; i < all.Length; i++)
        {
            Law.GetProbabilities(all.AsSpan(0, i), row);
            Assert.AreEqual(1, row[all[i]], $"token {i}");
        }
    }

    [TestMethod]
    [DataRow(10.0)]
    [DataRow(30.0)]
    public void Sampled_tokens_have_the_probabilities_of_the_tempered_softmax(double temperature)
    {
        double[] logits = LookUp.Value.Model.Logits([1, 2, 3, 4], 4)[^6..];
        // A trained look-up is too sure to show a law, but at a high temperature.
        double[] expected =
        [
            .. logits.Select(logit => Math.Exp(logit / temperature) / logits.Sum(other => Math.Exp(other / temperature))),
        ];
        int[] counts = new int[6];
        const int Draws = 600;
        for (int seed = 0; seed < Draws; seed++)
        {
            counts[
                LookUp.Value.Generate([1, 2, 3, 4], length: 1, new GenerationOptions { Temperature = temperature, Seed = seed })[
                    0
                ]
            ]++;
        }

        Assert.IsGreaterThan(0.1, expected.OrderDescending().ElementAt(1), "or the test shows nothing");
        for (int token = 0; token < 6; token++)
            // Five standard deviations of a mean of 600 draws: 5 * 0.5 / sqrt(600).
            Assert.AreEqual(expected[token], (double)counts[token] / Draws, 0.102);
    }

    [TestMethod]
    public void Predictions_are_the_softmax_of_the_logits_at_each_position()
    {
        ushort[] prompt = [4, 2, 0];
        var positions = LookUp.Value.PredictPositions(prompt, top: 3);
        double[] logits = LookUp.Value.Model.Logits(prompt, 3);
        Assert.HasCount(3, positions);
        for (int position = 0; position < 3; position++)
        {
            double[] row = logits[(position * 6)..(position * 6 + 6)];
            int[] best = [.. Enumerable.Range(0, 6).OrderByDescending(token => row[token]).Take(3)];
            CollectionAssert.AreEqual(best, positions[position].Select(p => (int)p.Token).ToArray());
            for (int i = 0; i < 3; i++)
                Assert.AreEqual(Math.Exp(row[best[i]]) / row.Sum(Math.Exp), positions[position][i].Probability, 1e-6);
        }
        var next = LookUp.Value.PredictNext(prompt, top: 3);
        CollectionAssert.AreEqual(positions[2].Select(p => p.Token).ToArray(), next.Select(p => p.Token).ToArray());
        // In float32 one position alone is computed in another order.
        Assert.AreEqual(positions[2][0].Probability, next[0].Probability, 1e-5);
        Assert.HasCount(6, LookUp.Value.PredictNext(prompt, top: 100));
        Assert.AreEqual(1, LookUp.Value.PredictNext(prompt, top: 100).Sum(p => p.Probability), 1e-9);
    }

    [TestMethod]
    public void The_column_has_for_every_row_what_the_prompt_alone_gives_and_maps_to_the_tokens()
    {
        var data = Ml.Data.LoadFromEnumerable(TextRow.Cycle(1500, seed: 1));
        var keys = TextRow.ToKeys(Ml).Fit(data);
        using var model = Ml
            .NGrams.Transformer(
                Options,
                new TrainingOptions
                {
                    BatchSize = 50,
                    Epochs = 6,
                    LearningRate = 0.02,
                })
            .Fit(keys.Transform(data));
        var options = new GenerationOptions { Temperature = 1, Seed = 8 };
        var pipeline = keys.Append(Ml.NGrams.Generate(model, length: 4, options).Fit(keys.Transform(data)));
        var rows = TextRow.Cycle(1500, seed: 2);
        rows[5].Words[1] = "unknown";
        var generated = pipeline
            .Append(Ml.Transforms.Conversion.MapKeyToValue("Text", "Generated").Fit(pipeline.Transform(data)))
            .Transform(Ml.Data.LoadFromEnumerable(rows));

        uint[][] byRow = [.. generated.GetColumn<uint[]>("Generated")];
        string[][] text = [.. generated.GetColumn<string[]>("Text")];
        CollectionAssert.AreEqual(new uint[4], byRow[5]);
        foreach (int row in (int[])[0, 1, 127, 128, 1499])
        {
            ushort[] prompt = model.Vocabulary.Encode(rows[row].Words);
            ushort[] alone = model.Generate(prompt, length: 4, options);
            CollectionAssert.AreEqual(alone.Select(token => token + 1u).ToArray(), byRow[row]);
            CollectionAssert.AreEqual(alone.Select(token => (string)model.Vocabulary.Values[token]).ToArray(), text[row]);
        }

        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => model.Vocabulary.Encode(["a", "?"])).Message,
            "'?' is not one of the vocabulary's 5 tokens");
        CollectionAssert.AreEqual(
            new ushort[] { 3, 0 },
            LookUp.Value.Vocabulary.Encode([3, "0"]),
            "a law's tokens are their ids");

        using var engine = Ml.Model.CreatePredictionEngine<TextRow, GeneratedRow>(
            pipeline,
            new PredictionEngineOptions { OwnsTransformer = false });
        CollectionAssert.AreEqual(byRow[7], engine.Predict(rows[7]).Generated);
    }

    [TestMethod]
    public void Numbers_stay_numbers_and_the_shape_fits_the_schema()
    {
        var sample = Ml.NGrams.Sample(Law, rows: 20, seed: 3, contextWindow: 5);
        var estimator = Ml.NGrams.Generate(LookUp.Value, length: 3, outputColumn: "Next3");
        var generated = estimator.Append(Ml.Transforms.Conversion.MapKeyToValue("Ids", "Next3")).Fit(sample).Transform(sample);
        Assert.AreEqual(3, generated.GetColumn<int[]>("Ids").First().Length);
        Assert.IsTrue(generated.GetColumn<int[]>("Ids").SelectMany(ids => ids).All(id => id is >= 0 and < 6));
    }

    [TestMethod]
    public void Bad_prompts_and_options_are_named()
    {
        var model = LookUp.Value;
        string Message(Action action) => Assert.Throws<ArgumentException>(action).Message;
        StringAssert.Contains(Message(() => model.Generate([1], 3)), "1 tokens; the model needs at least 2");
        StringAssert.Contains(Message(() => model.Generate([1, 6], 3)), "token 6; it must be below 6");
        StringAssert.Contains(Message(() => model.Generate([1, 2], 0)), "length is 0");
        StringAssert.Contains(
            Message(() => model.Generate([1, 2], 1, new GenerationOptions { Temperature = -1 })),
            "Temperature is -1");
        StringAssert.Contains(Message(() => model.PredictPositions([1, 2, 3, 4, 5])), "5 tokens; the model sees 4");
        StringAssert.Contains(Message(() => model.PredictNext([1, 2], top: 0)), "top is 0");
    }

    private sealed class GeneratedRow
    {
        public uint[] Generated { get; set; } = [];
    }
}
