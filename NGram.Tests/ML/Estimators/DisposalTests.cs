using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.ML.Estimators;
using NGram.ML.Models;
using static TorchSharp.torch;

namespace NGram.Tests.ML.Estimators;

/// <summary>Whoever disposes a model, it goes on: in float32, in float64 and as a module of one's own.</summary>
[TestClass]
public sealed class DisposalTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly AttentionTransformerOptions Small = new() { Heads = 2, NumberOfEpochs = 2, BatchSize = 64 };
    private static readonly List<TextRow> Rows = TextRow.Cycle(1000, seed: 1);

    private static NextTokenEstimator Trainer(string kind) => kind switch
    {
        "module" => Ml.NGrams.Module(
            shape => nn.Sequential(nn.Embedding(shape.VocabularySize, 4), nn.Linear(4, shape.VocabularySize)),
            new NextTokenOptions { NumberOfEpochs = 2 }),
        _ => Ml.MulticlassClassification.Trainers.AttentionTransformer(Small with
        {
            Precision = kind == "float64" ? ModelPrecision.Float64 : ModelPrecision.Float32,
        }),
    };

    private static TransformerChain<NextTokenTransformer> Fit(string kind) =>
        TextRow.ToKeys(Ml).Append(Trainer(kind)).Fit(Ml.Data.LoadFromEnumerable(Rows));

    [TestMethod]
    [DataRow("float32")]
    [DataRow("float64")]
    [DataRow("module")]
    public void A_prediction_engine_that_disposes_its_model_leaves_it_of_use(string kind)
    {
        var model = Fit(kind);
        var data = Ml.Data.LoadFromEnumerable(Rows);
        float[] expected = model.Transform(data).GetColumn<float[]>("Score").First();
        using (var engine = Ml.Model.CreatePredictionEngine<TextRow, ScoreRow>(model))
            AssertClose(expected, engine.Predict(Rows[0]).Score);
        AssertClose(expected, model.Transform(data).GetColumn<float[]>("Score").First());
        using var second = Ml.Model.CreatePredictionEngine<TextRow, ScoreRow>(model);
        AssertClose(expected, second.Predict(Rows[0]).Score);
        model.Dispose();
        AssertClose(expected, second.Predict(Rows[0]).Score);
    }

    [TestMethod]
    [DataRow("float32")]
    [DataRow("float64")]
    [DataRow("module")]
    public void A_cursor_goes_on_when_its_model_is_disposed_meanwhile(string kind)
    {
        var model = Fit(kind);
        var scored = model.Transform(Ml.Data.LoadFromEnumerable(Rows));
        float[][] expected = [.. scored.GetColumn<float[]>("Score")];
        var score = scored.Schema["Score"];
        using var stop = new CancellationTokenSource();
        var disposer = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                model.Dispose();
        });
        using (var cursor = scored.GetRowCursor([score]))
        {
            var getter = cursor.GetGetter<VBuffer<float>>(score);
            VBuffer<float> values = default;
            for (int row = 0; cursor.MoveNext(); row++)
            {
                getter(ref values);
                AssertClose(expected[row], [.. values.DenseValues()]);
            }
        }
        stop.Cancel();
        disposer.Wait();
    }

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5f);
    }

    private sealed class ScoreRow
    {
        public float[] Score { get; set; } = [];
    }
}
