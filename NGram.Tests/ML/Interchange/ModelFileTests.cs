using System.Text.Json.Nodes;
using NGram.Data.Safetensors;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;

namespace NGram.Tests.ML.Interchange;

[TestClass]
public sealed class ModelFileTests : IDisposable
{
    private static readonly TransformerArchitecture Small = new()
    {
        VocabularySize = 6,
        Order = 3,
        ContextWindow = 4,
        Options = new() { EmbeddingDimension = 4, HeadDimension = 2, Heads = 2, MlpWidth = 3 },
    };

    private readonly string folder = Directory.CreateTempSubdirectory("ngram-tests-").FullName;

    private string Weights => Path.Combine(folder, "m.safetensors");

    private string Description => Path.Combine(folder, "m.json");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void Files_have_the_originals_names()
    {
        Save();
        var tensors = SafetensorsFile.Read(Weights).Tensors;
        CollectionAssert.AreEquivalent(
            Small.Parameters.Select(p => p.Name).Append("attn_mask").ToArray(),
            tensors.Keys.ToArray());
        Assert.AreEqual("F32", tensors["word_emb.weight"].DataType);
        Assert.AreEqual("BOOL", tensors["attn_mask"].DataType);
        CollectionAssert.AreEqual(new byte[] { 0, 1, 1, 0, 0, 1, 0, 0, 0 }, tensors["attn_mask"].Data.ToArray());

        var json = JsonNode.Parse(File.ReadAllText(Description))!;
        Assert.AreEqual("m", (string?)json["name"]);
        Assert.AreEqual("transformer", (string?)json["kind"]);
        Assert.AreEqual("shared", (string?)json["projections"]);
        Assert.AreEqual("float32", (string?)json["precision"]);
        (string Key, int Value)[] numbers =
        [
            ("vocabulary_size", 6), ("embedding_dimension", 4), ("layers", 1), ("mlp_width", 3), ("mlp_depth", 1),
            ("parallel_heads", 2), ("head_dimension", 2), ("sub_heads", 1), ("context_window", 4), ("ngram", 3),
        ];
        foreach (var (key, value) in numbers)
            Assert.AreEqual(value, (int?)json[key], key);
    }

    [TestMethod]
    public void Gradients_and_laws_are_ignored()
    {
        Save();
        Change(tensors =>
        {
            tensors["gradient.whatever"] = SafetensorsTensor.FromSingles([1], [1]);
            tensors["pi_0"] = SafetensorsTensor.FromSingles([1], [1]);
        });
        Assert.AreEqual(Small, ModelFile.Load(Weights).Architecture);
    }

    [TestMethod]
    [DataRow("gelu.weight", "The tensor gelu.weight of shape [1] is not one of this architecture's.")]
    [DataRow("pi", "The tensor pi of shape [1] is not one of this architecture's.")]
    [DataRow("unemb.weight", "The tensor unemb.weight has the shape [1]; it must be [6, 4].")]
    [DataRow("attn_mask", "The tensor attn_mask must be BOOL of shape [3, 3] and true exactly where the column exceeds the row.")]
    public void A_tensor_too_many_or_of_another_shape_is_an_error(string name, string message)
    {
        Save();
        Change(tensors => tensors[name] = SafetensorsTensor.FromSingles([1], [1]));
        Assert.AreEqual($"{Weights}: {message}", LoadError());
    }

    [TestMethod]
    [DataRow("mlp_seq.0.0.bias", "[3]")]
    [DataRow("attn_mask", "[3, 3]")]
    public void A_missing_tensor_is_an_error(string name, string shape)
    {
        Save();
        Change(tensors => tensors.Remove(name));
        Assert.AreEqual($"{Weights}: The tensor {name} of shape {shape} is missing.", LoadError());
    }

    [TestMethod]
    [DataRow(double.NaN)]
    [DataRow(double.NegativeInfinity)]
    [DataRow(1e300)] // beyond float32
    public void A_weight_that_is_not_finite_is_an_error(double value)
    {
        Save();
        Change(tensors => tensors["mlp_seq.0.0.bias"] = SafetensorsTensor.FromDoubles([3], [0, value, 0]));
        Assert.AreEqual($"{Weights}: The tensor mlp_seq.0.0.bias holds a value that is not finite at index 1.", LoadError());
    }

    [TestMethod]
    [DataRow(ModelPrecision.Float32, float.NaN)]
    [DataRow(ModelPrecision.Float32, float.PositiveInfinity)]
    [DataRow(ModelPrecision.Float64, double.NaN)]
    [DataRow(ModelPrecision.Float64, double.NegativeInfinity)]
    public void A_weight_of_the_models_own_precision_is_finite_too(ModelPrecision precision, double value)
    {
        var architecture = Small with { Options = Small.Options with { Precision = precision } };
        ModelFile.Save(Weights, architecture, Initialization.Create(architecture, 1));
        void Put(double weight) => Change(tensors => tensors["mlp_seq.0.0.bias"] = precision == ModelPrecision.Float32
            ? SafetensorsTensor.FromSingles([3], [0, 0, weight])
            : SafetensorsTensor.FromDoubles([3], [0, 0, weight]));
        double largest = precision == ModelPrecision.Float32 ? float.MaxValue : double.MaxValue;
        Put(largest);
        Assert.AreEqual(largest, ModelFile.Load(Weights).Parameters["mlp_seq.0.0.bias"].Values[2]);
        Put(value);
        Assert.AreEqual($"{Weights}: The tensor mlp_seq.0.0.bias holds a value that is not finite at index 2.", LoadError());
    }

    [TestMethod]
    public void Integer_weights_are_an_error()
    {
        Save();
        Change(tensors => tensors["mlp_seq.0.0.bias"] = SafetensorsTensor.FromBooleans([3], [true, true, true]));
        Assert.AreEqual($"{Weights}: The tensor mlp_seq.0.0.bias holds BOOL; it must hold floating-point numbers.", LoadError());
    }

    [TestMethod]
    [DataRow("ngram", null, "The key ngram is missing.")]
    [DataRow("kind", "\"lstm\"", "The key kind is \"lstm\"; it must be one of transformer, sequence_encoder.")]
    [DataRow("projections", "1", "The key projections is 1; it must be one of shared, per-head.")]
    [DataRow("layers", "1.5", "The key layers is 1.5; it must be an integer.")]
    [DataRow("vocabulary_size", "\"6\"", "The key vocabulary_size is \"6\"; it must be an integer.")]
    [DataRow("sub_heads", "3", "HeadDimension is 2; it must be a multiple of SubHeads (3).")]
    [DataRow("context_window", "2", "ContextWindow is 2; it must be at least 3.")]
    public void A_wrong_key_is_an_error(string key, string? value, string message)
    {
        Save();
        var json = JsonNode.Parse(File.ReadAllText(Description))!.AsObject();
        json.Remove(key);
        if (value is not null)
            json[key] = JsonNode.Parse(value);
        File.WriteAllText(Description, json.ToJsonString());
        Assert.AreEqual($"{Description}: {message}", LoadError());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("[1]")]
    [DataRow("{\"kind\": ")]
    [DataRow("{\"kind\": \"transformer\", \"kind\": \"transformer\"}")]
    public void What_is_no_json_object_is_an_error(string text)
    {
        Save();
        File.WriteAllText(Description, text);
        StringAssert.StartsWith(LoadError(), $"{Description}: ");
    }

    [TestMethod]
    public void A_missing_file_is_named()
    {
        Save();
        File.Delete(Description);
        StringAssert.StartsWith(Assert.ThrowsExactly<FileNotFoundException>(() => ModelFile.Load(Weights)).Message, Description);
        File.Delete(Weights);
        StringAssert.StartsWith(Assert.ThrowsExactly<FileNotFoundException>(() => ModelFile.Load(Weights)).Message, Weights);
    }

    private void Save() => ModelFile.Save(Weights, Small, Initialization.Create(Small, 1));

    private void Change(Action<Dictionary<string, SafetensorsTensor>> change)
    {
        var tensors = new Dictionary<string, SafetensorsTensor>(SafetensorsFile.Read(Weights).Tensors);
        change(tensors);
        SafetensorsFile.Write(Weights, tensors);
    }

    private string LoadError() => Assert.ThrowsExactly<InvalidDataException>(() => ModelFile.Load(Weights)).Message;
}
