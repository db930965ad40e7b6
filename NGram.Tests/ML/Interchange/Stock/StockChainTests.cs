using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.ML.Estimators;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Models;
using NGram.ML.Training;
using NGram.Tests.ML.Interchange.Onnx;

namespace NGram.Tests.ML.Interchange.Stock;

/// <summary>What stock ML.NET loads against the live transformer that was saved.</summary>
[TestClass]
public class StockChainTests
{
    // Float32 sums in another order than libtorch's.
    private const float Tolerance = 1e-5f;

    private readonly MLContext ml = new(seed: 1);

    [TestMethod]
    [DynamicData(
        nameof(ModelCase.Names),
        typeof(ModelCase),
        DynamicDataDisplayName = nameof(ModelCase.DisplayName),
        DynamicDataDisplayNameDeclaringType = typeof(ModelCase)
    )]
    public void A_loaded_chain_is_the_live_transformer(string name)
    {
        var architecture = ModelCase.Architecture(name);
        // Six tokens in Context, a seventh only in Label, both dictionaries in other orders.
        var data = KeyData.Keys(
            ml,
            architecture.PromptLength,
            ["f", "b", "a", "e", "d", "c"],
            ["d", "g", "a", "b"],
            ["a", "b", "c", "d", "e", "f", "?"]);
        using var live = Transformer(architecture, data.Schema);
        CheckLoaded(live, data);
    }

    [TestMethod]
    public void A_missing_or_unknown_token_gives_equal_scores()
    {
        var saved = KeyData.Keys(ml, 2, ["b", "a", "c"], ["a", "c"], ["a", "b", "c"]);
        using var live = Transformer(Architecture(3), saved.Schema);
        var loaded = Reload(live, saved.Schema);
        // Keys 4 and 5 are more than the saved model's Context has, "?" is a missing key.
        var data = KeyData.Keys(ml, 2, ["b", "a", "c", "d", "e"], ["a", "c"], ["a", "b", "c", "d", "e", "?"]);
        string[][] tokens =
        [
            .. ml
                .Transforms.Conversion.MapKeyToValue("Tokens", "Context")
                .Fit(data)
                .Transform(data)
                .GetColumn<string[]>("Tokens"),
        ];
        var scored = loaded.Transform(data);
        int[] keys = PredictedKeys(scored);
        int row = 0, unknown = 0, noLabel = 0;
        foreach (float[] scores in scored.GetColumn<float[]>("Score"))
        {
            string slot = SlotNames(scored.Schema)[Array.IndexOf(scores, scores.Max())];
            if (!tokens[row].All(token => token is "a" or "b" or "c"))
            {
                CollectionAssert.AreEqual(new[] { 1 / 3f, 1 / 3f, 1 / 3f }, scores);
                unknown++;
            }
            noLabel += slot == "b" ? 1 : 0;
            Assert.AreEqual(
                slot switch
                {
                    "a" => 1,
                    "c" => 2,
                    _ => 0,
                },
                keys[row++],
                "the first slot of the greatest score; b is no label");
        }
        Assert.IsGreaterThan(50, unknown);
        Assert.IsGreaterThan(0, noLabel);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void Numbers_are_tokens()
    {
        CheckLoaded(KeyData.Keys(ml, 2, [5, 1, 7, 3], [7, 5, 1], [1, 3, 5, 7, 9]));
        CheckLoaded(KeyData.Keys(ml, 2, [0.5f, 1, -7, 3], [-7, 0.5f, 1], [1, 3, 0.5f, -7, 9]));
        CheckLoaded(KeyData.Keys(ml, 2, [long.MaxValue, 1, 2], [2L, 1], [1, 2, long.MaxValue, 9]));
    }

    [TestMethod]
    public void Booleans_are_tokens() => CheckLoaded(KeyData.Keys(ml, 2, [true, false], [false, true], [true, false]));

    [TestMethod]
    public void Any_key_type_is_read()
    {
        CheckLoaded(KeyData.PlainKeys<byte>(ml, 200));
        CheckLoaded(KeyData.PlainKeys<ushort>(ml, 300));
        CheckLoaded(KeyData.PlainKeys<uint>(ml, 300));
        CheckLoaded(KeyData.PlainKeys<ulong>(ml, 300));
    }

    [TestMethod]
    public void A_pipeline_is_saved_with_its_stock_parts()
    {
        string[] tokens = ["d", "c", "b", "a"];
        KeyRow<string>[] rows = [.. KeyData.Rows(2, tokens, tokens, 500)];
        var data = ml.Data.LoadFromEnumerable(rows, KeyData.Definition<string>(2));
        var toKeys = KeyData.ToKeys(ml).Fit(data);
        var keys = toKeys.Transform(data);
        using var live = Transformer(Architecture(4), keys.Schema);
        var back = ml.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel").Fit(live.Transform(keys));
        var pipeline = new TransformerChain<ITransformer>(toKeys, live, back);

        var loaded = Reload(pipeline, data.Schema);

        var (expected, actual) = (pipeline.Transform(data), loaded.Transform(data));
        CheckColumns(expected.Schema, actual.Schema);
        CollectionAssert.AreEqual(
            expected.GetColumn<string>("Predicted").ToArray(),
            actual.GetColumn<string>("Predicted").ToArray());
        Assert.AreEqual(
            ml.MulticlassClassification.Evaluate(expected).LogLoss,
            ml.MulticlassClassification.Evaluate(actual).LogLoss,
            Tolerance);
        using var engine = new MLContext().Model.CreatePredictionEngine<KeyRow<string>, Prediction>(
            loaded,
            inputSchemaDefinition: KeyData.Definition<string>(2));
        Assert.AreEqual(actual.GetColumn<string>("Predicted").First(), engine.Predict(rows[0]).Predicted);
        (loaded as IDisposable)?.Dispose();
    }

    [TestMethod]
    public void The_best_label_is_scored_even_in_a_large_vocabulary()
    {
        int[] tokens = [.. Enumerable.Range(0, 5000)];
        CheckLoaded(KeyData.Keys(ml, 2, tokens, [.. tokens.Reverse()], tokens));
    }

    [TestMethod]
    public void A_transformer_writes_an_ONNX_file()
    {
        var data = KeyData.Keys(ml, 2, ["b", "a"], ["a", "c"], ["a", "b"]);
        using var live = Transformer(Architecture(3), data.Schema);
        using var stream = new MemoryStream();
        live.SaveAsOnnx(stream);
        using var session = new Microsoft.ML.OnnxRuntime.InferenceSession(stream.ToArray());
        Assert.AreEqual("""["b","a","c"]""", session.ModelMetadata.CustomMetadataMap["vocabulary"]);
    }

    [TestMethod]
    public void The_file_tells_of_its_model()
    {
        var data = KeyData.Keys(ml, 2, ["b", "a"], ["a", "c"], ["a", "b"]);
        using var live = Transformer(Architecture(3), data.Schema);
        string path = Path.GetTempFileName();
        try
        {
            ml.Model.Save(live, live.InputSchema, path);
            using var loaded = (IDisposable)ml.Model.Load(path, out var schema);
            Assert.AreEqual(data.Schema["Context"].Type, schema["Context"].Type);
            Assert.AreEqual(data.Schema["Label"].Type, schema["Label"].Type);
            var metadata = OnnxFile.Load(path);
            Assert.AreEqual(live.Architecture, metadata.Architecture);
            CollectionAssert.AreEqual(new[] { "b", "a", "c" }, metadata.Vocabulary.ToArray());
        }
        finally
        {
            File.Delete(path);
        }
    }

    private void CheckLoaded(IDataView data)
    {
        var vocabulary = Vocabulary.Create(data.Schema, "Context", "Label");
        using var live = Transformer(Architecture(vocabulary.Size), data.Schema);
        CheckLoaded(live, data);
    }

    private void CheckLoaded(NextTokenTransformer live, IDataView data)
    {
        var loaded = Reload(live, data.Schema);
        var (expected, actual) = (live.Transform(data), loaded.Transform(data));
        CheckColumns(expected.Schema, actual.Schema);
        float[][] expectedScores = expected.GetColumn<float[]>("Score").ToArray();
        float[][] actualScores = actual.GetColumn<float[]>("Score").ToArray();
        Assert.HasCount(expectedScores.Length, actualScores);
        for (int row = 0; row < expectedScores.Length; row++)
        {
            float error = expectedScores[row].Zip(actualScores[row], (e, a) => Math.Abs(e - a)).Max();
            Assert.IsInRange(0, Tolerance, error, $"row {row}");
        }
        CollectionAssert.AreEqual(PredictedKeys(expected), PredictedKeys(actual));
        (loaded as IDisposable)?.Dispose();
    }

    // What stock trainers say of their columns and no stock transformer of ours can be made to say.
    private static readonly string[] TrainersOnly =
        ["ScoreColumnKind", "ScoreColumnSetId", "ScoreValueKind", "TrainingLabelValues"];

    // The visible columns: names in their order, types, and annotations with their values.
    private static void CheckColumns(DataViewSchema expected, DataViewSchema actual)
    {
        CollectionAssert.AreEqual(Describe(expected), Describe(actual));
        CollectionAssert.AreEqual(SlotNames(expected), SlotNames(actual));
        CollectionAssert.AreEqual(LabelValues(expected), LabelValues(actual));

        static string[] Describe(DataViewSchema schema) =>
            [
                .. schema
                    .Where(column => !column.IsHidden)
                    .Select(column =>
                        $"{column.Name}: {column.Type}; {string.Join(", ", Annotations(column))}"),
            ];

        static IEnumerable<string> Annotations(DataViewSchema.Column column) => column
            .Annotations.Schema.Where(annotation => !TrainersOnly.Contains(annotation.Name))
            .Select(annotation => $"{annotation.Name}: {annotation.Type}")
            .Order(StringComparer.Ordinal);

        static object[]? LabelValues(DataViewSchema schema) =>
            KeyColumn.Find(schema, "PredictedLabel", isVector: false).Values?.ToArray();
    }

    private static string[] SlotNames(DataViewSchema schema)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Score"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    private static int[] PredictedKeys(IDataView scored)
    {
        var keys = new List<int>();
        var column = scored.Schema["PredictedLabel"];
        using var cursor = scored.GetRowCursor([column]);
        var reader = KeyReader.Create(cursor, column);
        int[] key = new int[1];
        while (cursor.MoveNext())
        {
            reader.Read(key);
            keys.Add(key[0] + 1);
        }
        return [.. keys];
    }

    private ITransformer Reload(ITransformer model, DataViewSchema schema)
    {
        using var stream = new MemoryStream();
        ml.Model.Save(model, schema, stream);
        stream.Position = 0;
        return new MLContext().Model.Load(stream, out _);
    }

    private static NextTokenTransformer Transformer(Architecture architecture, DataViewSchema schema) => new(
        architecture, ModelCase.Parameters(architecture), Vocabulary.Create(schema, "Context", "Label"),
        new NextTokenOptions(), new TrainingHistory(1, entropy: null), TrainingEngine.TorchSharp);

    private static TransformerArchitecture Architecture(int vocabularySize) =>
        new()
        {
            VocabularySize = vocabularySize,
            ContextWindow = 3,
            Order = 3,
            Options = new()
            {
                EmbeddingDimension = 4,
                HeadDimension = 3,
                Heads = 2,
            },
        };

    private sealed class Prediction
    {
        public string Predicted { get; set; } = "";
    }
}
