using NGram.ML.Interchange.Onnx;

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
            var expected = architecture.Uses(parameter) ? values.Select(value => (double)(float)value) : values.Select(_ => 0.0);
            CollectionAssert.AreEqual(expected.ToArray(), metadata.Parameters[parameter].Values, parameter);
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
