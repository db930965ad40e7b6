using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Transforms;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.Tests.Cli;

namespace NGram.Tests.ML.Interchange;

/// <summary>
/// Models from strangers: one line that names the file and what is wrong with it, memory by the file's size, and nothing of it
/// runs.
/// </summary>
[TestClass]
public sealed class HostileModelTests : IDisposable
{
    private const string Entry = "TransformerChain/Transform_000/OnnxModel";

    private static readonly TransformerArchitecture Small = new()
    {
        VocabularySize = 6,
        Order = 3,
        ContextWindow = 4,
        Options = new() { EmbeddingDimension = 4, HeadDimension = 2, Heads = 2 },
    };

    private readonly TemporaryFolder folder = new();

    private string Zip => folder["m.zip"];

    public void Dispose() => folder.Dispose();

    /// <summary>Zeros are compressed a thousand times.</summary>
    [TestMethod]
    public void A_zip_bomb_is_refused_before_it_expands()
    {
        WriteZip((Entry, new byte[1 << 26]));
        Assert.IsLessThan(1 << 17, new FileInfo(Zip).Length);
        Refusal.Of(Load, Zip, "OnnxModel", "claims to be 67108864");
    }

    /// <summary>The sizes that a zip claims stand before the entry and in the directory at its end.</summary>
    [TestMethod]
    [DataRow(10u)]
    [DataRow(uint.MaxValue - 1)]
    public void A_false_size_of_the_entry_is_refused(uint claimed)
    {
        byte[] content = Model();
        WriteZip((Entry, content));
        Patch(Zip, BitConverter.GetBytes(content.Length), BitConverter.GetBytes(claimed));
        Refusal.Of(Load, Zip);
    }

    [TestMethod]
    public void A_zip_cut_off_is_refused()
    {
        WriteZip((Entry, Model()));
        byte[] whole = File.ReadAllBytes(Zip);
        foreach (int length in new[] { 2, 100, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(Zip, whole[..length]);
            Refusal.Of(Load, Zip);
        }
    }

    [TestMethod]
    public void A_zip_without_our_entry_is_refused_by_the_entrys_name()
    {
        WriteZip(("readme.txt", [1, 2, 3]));
        Refusal.Of(Load, Zip, "OnnxModel");
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable([new Row()]);
        ml.Model.Save(ml.Transforms.CopyColumns("Y", nameof(Row.X)).Fit(data), data.Schema, Zip);
        Refusal.Of(Load, Zip, "OnnxModel");
    }

    /// <summary>Entries are read, never unpacked.</summary>
    [TestMethod]
    public void An_entry_with_a_path_outside_writes_nothing()
    {
        WriteZip(("../evil", [1]), ($"../../{Entry}", Model()), ("/evil", [1]));
        Assert.AreEqual(Small, Load().Architecture);
        CollectionAssert.AreEquivalent(new[] { "m.onnx", "m.zip" }, folder.Entries);
        Assert.IsFalse(File.Exists(folder["../evil"]) || File.Exists("/evil"));
    }

    /// <summary>ML.NET's own loader makes the object that the zip names; ours must not.</summary>
    [TestMethod]
    public void What_a_zip_names_is_never_made()
    {
        var ml = new MLContext();
        ml.ComponentCatalog.RegisterAssembly(typeof(Foreign).Assembly);
        var data = ml.Data.LoadFromEnumerable([new Row()]);
        ml.Model.Save(ml.Transforms.CustomMapping(new Foreign().GetMapping(), Foreign.Name).Fit(data), data.Schema, Zip);
        using (var zip = ZipFile.Open(Zip, ZipArchiveMode.Update))
        using (var entry = zip.CreateEntry(Entry).Open())
            entry.Write(Model());
        int made = Foreign.Made;
        Assert.AreEqual(Small, Load().Architecture);
        Assert.AreEqual(made, Foreign.Made);
        ml.Model.Load(Zip, out _);
        Assert.IsGreaterThan(made, Foreign.Made, "or this test tests nothing");
    }

    [TestMethod]
    [DataRow("onnx", float.NaN)]
    [DataRow("onnx", float.NegativeInfinity)]
    [DataRow("zip", float.NaN)]
    [DataRow("zip", float.PositiveInfinity)]
    public void An_initialiser_that_is_not_finite_is_refused(string form, float value)
    {
        var parameters = Initialization.Create(Small, 1);
        parameters["unemb.weight"].Values[5] = 1234.5;
        OnnxFile.Save(folder["m.onnx"], Small, parameters, ["a", "b", "c", "d", "e", "f"]);
        Patch(folder["m.onnx"], BitConverter.GetBytes(1234.5f), BitConverter.GetBytes(value));
        WriteZip((Entry, Sized(File.ReadAllBytes(folder["m.onnx"]))));
        string path = folder[$"m.{form}"];
        Refusal.Of(() => SavedModel.Load(path), path, "The tensor unemb.weight holds a value that is not finite at index 5.");
    }

    [TestMethod]
    [DataRow("context_window", "65536", "too few for the weights of its architecture, such as pos_emb.weight")]
    [DataRow("context_window", "2147483647", "too few for the weights of its architecture, such as pos_emb.weight")]
    [DataRow("embedding_dimension", "65536", "too few for the weights of its architecture, such as word_emb.weight")]
    [DataRow("embedding_dimension", "1073741824", "EmbeddingDimension is 1073741824; it must be at most 65536.")]
    [DataRow("parallel_heads", "65536", "too few for the weights of its architecture, such as attn_seq")]
    [DataRow("layers", "1024", "too few for the weights of its architecture, such as attn_seq")]
    [DataRow("mlp_width", "65536", "too few for the weights of its architecture, such as mlp_seq.0.0.weight")]
    [DataRow("vocabulary_size", "65536", "no text for each of the 65536 tokens")]
    public void An_onnx_that_claims_to_be_larger_is_refused(string key, string value, string message)
    {
        Model();
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(folder["m.onnx"]));
        var text = model.MetadataProps.Single(entry => entry.Key == "architecture");
        var json = JsonNode.Parse(text.Value)!.AsObject();
        json[key] = JsonNode.Parse(value);
        text.Value = json.ToJsonString();
        using (var stream = File.Create(folder["m.onnx"]))
            Google.Protobuf.MessageExtensions.WriteTo(model, stream);
        Refusal.Of(() => SavedModel.Load(folder["m.onnx"]), folder["m.onnx"], message);
    }

    [TestMethod]
    [DataRow("context_window", "65536", "The tensor attn_mask must be BOOL of shape [65535, 65535]")]
    [DataRow("context_window", "2147483647", "The tensor attn_mask must be BOOL of shape [2147483646, 2147483646]")]
    [DataRow("embedding_dimension", "65536", "The tensor word_emb.weight has the shape [6, 4]; it must be [6, 65536].")]
    [DataRow("embedding_dimension", "1073741824", "EmbeddingDimension is 1073741824; it must be at most 65536.")]
    [DataRow("parallel_heads", "65536", "The tensor attn_seq.0.2.in_proj_weight of shape [6, 2] is missing.")]
    [DataRow("layers", "1024", "The tensor attn_seq.1.0.in_proj_weight of shape [6, 2] is missing.")]
    [DataRow("vocabulary_size", "65536", "The tensor word_emb.weight has the shape [6, 4]; it must be [65536, 4].")]
    public void A_description_that_claims_more_is_refused(string key, string value, string message)
    {
        ModelFile.Save(folder["m.safetensors"], Small, Initialization.Create(Small, 1));
        var json = JsonNode.Parse(File.ReadAllText(folder["m.json"]))!.AsObject();
        json[key] = JsonNode.Parse(value);
        File.WriteAllText(folder["m.json"], json.ToJsonString());
        Refusal.Of(() => SavedModel.Load(folder["m.safetensors"]), folder["m."], message);
    }

    [TestMethod]
    public void A_description_of_a_megabyte_is_refused()
    {
        ModelFile.Save(folder["m.safetensors"], Small, Initialization.Create(Small, 1));
        File.WriteAllText(folder["m.json"], new string(' ', 1 << 20) + File.ReadAllText(folder["m.json"]));
        Refusal.Of(() => SavedModel.Load(folder["m.safetensors"]), folder["m.json"], "too long for settings");
    }

    [TestMethod]
    public void A_mask_beyond_any_array_is_refused_before_a_file_is_written()
    {
        var wide = Small with { ContextWindow = 65536 };
        string message = Assert
            .ThrowsExactly<ArgumentException>(() => ModelFile.Save(folder["m.safetensors"], wide, Initialization.Create(wide, 1)))
            .Message;
        Assert.Contains("The mask of 65535 positions takes 4.3 GB", message);
        Assert.IsEmpty(folder.Entries);
    }

    private SavedModel Load() => SavedModel.Load(Zip);

    /// <summary>The entry of a model that is whole.</summary>
    private byte[] Model()
    {
        OnnxFile.Save(folder["m.onnx"], Small, Initialization.Create(Small, 1), ["a", "b", "c", "d", "e", "f"]);
        return Sized(File.ReadAllBytes(folder["m.onnx"]));
    }

    private static byte[] Sized(byte[] onnx) => [.. BitConverter.GetBytes(onnx.Length), .. onnx];

    private void WriteZip(params (string Name, byte[] Content)[] entries)
    {
        using var zip = new ZipArchive(File.Create(Zip), ZipArchiveMode.Create);
        foreach (var (name, content) in entries)
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(content);
        }
    }

    private static void Patch(string path, byte[] old, byte[] replacement)
    {
        byte[] bytes = File.ReadAllBytes(path);
        int found = 0;
        for (int at = 0; bytes.AsSpan(at).IndexOf(old) is var next and >= 0; found++)
        {
            replacement.CopyTo(bytes, at + next);
            at += next + old.Length;
        }
        Assert.IsGreaterThan(0, found);
        File.WriteAllBytes(path, bytes);
    }

    private sealed class Row
    {
        public float X { get; set; }
    }

    [CustomMappingFactoryAttribute(Name)]
    private sealed class Foreign : CustomMappingFactory<Row, Row>
    {
        public const string Name = "HostileModelTests.Foreign";

        private static int made;

        public Foreign() => Interlocked.Increment(ref made);

        public static int Made => made;

        public override Action<Row, Row> GetMapping() => static (input, output) => output.X = input.X;
    }
}
