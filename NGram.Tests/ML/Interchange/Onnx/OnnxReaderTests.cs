using Google.Protobuf;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;

namespace NGram.Tests.ML.Interchange.Onnx;

[TestClass]
public class OnnxReaderTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DynamicData(
        nameof(ModelCase.Names),
        typeof(ModelCase),
        DynamicDataDisplayName = nameof(ModelCase.DisplayName),
        DynamicDataDisplayNameDeclaringType = typeof(ModelCase)
    )]
    public void What_was_written_is_read(string name)
    {
        var architecture = ModelCase.Architecture(name);
        string path = Temporary();
        var parameters = ModelCase.Parameters(architecture);
        OnnxFile.Save(path, architecture, parameters, ["a", "\"", "ä", "", "4", "\n", "g"]);

        var metadata = OnnxFile.Load(path);

        Assert.AreEqual(architecture, metadata.Architecture);
        CollectionAssert.AreEqual(new[] { "a", "\"", "ä", "", "4", "\n", "g" }, metadata.Vocabulary.ToArray());
        foreach (var (parameter, (shape, values)) in parameters)
        {
            CollectionAssert.AreEqual(shape, metadata.Parameters[parameter].Shape, parameter);
            var expected = values.Select(value =>
                architecture.Precision == ModelPrecision.Float64 ? value : (float)value);
            CollectionAssert.AreEqual(expected.ToArray(), metadata.Parameters[parameter].Values, parameter);
        }
    }

    [TestMethod]
    public void What_an_older_version_wrote_is_read()
    {
        // Without the parameters that are not used, and a float64 model in float32.
        var architecture = ModelCase.Architecture("embedding as wide as a head");
        var wide = (TransformerArchitecture)architecture;
        var (parameters, path) = (ModelCase.Parameters(architecture), Temporary());
        using var stream = new MemoryStream();
        OnnxFile.Save(stream, architecture, parameters);
        var model = ModelProto.Parser.ParseFrom(stream.ToArray());
        foreach (var unused in model.Graph.Initializer.Where(tensor => !architecture.Uses(tensor.Name)).ToList())
            model.Graph.Initializer.Remove(unused);
        model.MetadataProps.Single(entry => entry.Key == "architecture").Value = ArchitectureJson.Write(
            wide with { Options = wide.Options with { Precision = ModelPrecision.Float64 } },
            "model");
        File.WriteAllBytes(path, model.ToByteArray());

        var read = OnnxFile.Load(path);

        Assert.AreEqual(ModelPrecision.Float64, read.Architecture.Precision);
        foreach (var (name, (_, values)) in parameters)
        {
            CollectionAssert.AreEqual(
                values.Select(value => architecture.Uses(name) ? (double)(float)value : 0).ToArray(),
                read.Parameters[name].Values,
                name);
        }
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("PK, but no zip")]
    [DataRow("neither")]
    public void Other_files_are_refused(string content)
    {
        string path = Temporary();
        File.WriteAllText(path, content);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => OnnxFile.Load(path));
        StringAssert.StartsWith(error.Message, path, StringComparison.Ordinal);
    }

    private string Temporary() => Path.Combine(TestContext.TestRunDirectory ?? Path.GetTempPath(), $"{Guid.NewGuid():N}.onnx");
}
