using System.Buffers.Binary;
using System.Text;
using NGram.Data.IO;
using NGram.Data.Safetensors;

namespace NGram.Tests.Data.Safetensors;

[TestClass]
public sealed class SafetensorsFileTests
{
    private readonly string folder = Directory.CreateTempSubdirectory("ngram-safetensors-").FullName;

    [TestCleanup]
    public void DeleteFolder() => Directory.Delete(folder, recursive: true);

    [TestMethod]
    public void What_is_written_is_read_back()
    {
        string path = Path.Combine(folder, "a.safetensors");
        double[] values = [1, 1.0 / 3, double.NegativeZero, double.MaxValue, 5e-324, -7];
        SafetensorsFile.Write(path, new Dictionary<string, SafetensorsTensor>
        {
            ["z"] = SafetensorsTensor.FromDoubles([2, 3], values),
            ["a"] = SafetensorsTensor.FromSingles([3], [0.5, 1.0 / 3, -2]),
            ["mask \"é\""] = SafetensorsTensor.FromBooleans([2, 1], [true, false]),
            ["empty"] = SafetensorsTensor.FromSingles([0, 4], []),
            ["scalar"] = new("I64", [], new byte[8]),
        }, new Dictionary<string, string> { ["law"] = "{\"x\":1}" });

        var file = SafetensorsFile.Read(path);
        CollectionAssert.AreEqual(new[] { "z", "a", "mask \"é\"", "empty", "scalar" }, file.Tensors.Keys.ToArray());
        Assert.AreEqual("{\"x\":1}", file.Metadata["law"]);
        CollectionAssert.AreEqual(values, file.Tensors["z"].ToDoubles());
        CollectionAssert.AreEqual(new[] { 0.5, (float)(1.0 / 3), -2 }, file.Tensors["a"].ToDoubles());
        CollectionAssert.AreEqual(new byte[] { 1, 0 }, file.Tensors["mask \"é\""].Data.ToArray());
        CollectionAssert.AreEqual(new long[] { 2, 1 }, file.Tensors["mask \"é\""].Shape);
        Assert.AreEqual(0UL, BinaryPrimitives.ReadUInt64LittleEndian(File.ReadAllBytes(path)) % 8);
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder));
    }

    [TestMethod]
    public void Half_precisions_are_widened()
    {
        CollectionAssert.AreEqual(new[] { 1.5 }, new SafetensorsTensor("F16", [1], BitConverter.GetBytes((Half)1.5)).ToDoubles());
        CollectionAssert.AreEqual(new[] { -2.0 }, new SafetensorsTensor("BF16", [1], new byte[] { 0, 0xC0 }).ToDoubles());
        Assert.ThrowsExactly<InvalidDataException>(() => new SafetensorsTensor("I64", [1], new byte[8]).ToDoubles());
    }

    [TestMethod]
    public void A_failing_writer_leaves_the_old_file_and_no_other()
    {
        string path = Path.Combine(folder, "a.txt");
        File.WriteAllText(path, "old");
        Assert.ThrowsExactly<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.WriteByte(1);
            throw new InvalidOperationException();
        }));
        Assert.AreEqual("old", File.ReadAllText(path));
        CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(folder));
    }

    [TestMethod]
    [DataRow("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 4, "the header speaks of 8 bytes")]
    [DataRow("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", 8, "tensor 'w' has 8 bytes")]
    [DataRow("""{"w":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "tensor 'w' has a negative dimension")]
    [DataRow("""{"w":{"dtype":"Q9","shape":[2],"data_offsets":[0,8]}}""", 8, "tensor 'w' has the unknown data type 'Q9'")]
    [DataRow(
        """{"w":{"dtype":"F32","shape":[4294967296,4294967296,4294967296],"data_offsets":[0,0]}}""",
        0,
        "tensor 'w' has 0 bytes"
    )]
    [DataRow("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "tensor 'w' has no valid data_offsets")]
    [DataRow("""{"w":{"dtype":"U8","shape":[9223372036854775807],"data_offsets":[0,9223372036854775807]}}""", 8, "more than the")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "tensor 'w' begins at byte 4 where 0 is due")]
    [DataRow(
        """{"v":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
        4,
        "tensor 'w' begins at byte 0"
    )]
    [DataRow(
        """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        8,
        "not valid JSON"
    )]
    [DataRow("""{"w":{"shape":[1],"data_offsets":[0,4]}}""", 4, "tensor 'w' has no valid dtype and shape")]
    [DataRow("""{"w":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", 4, "tensor 'w' has no valid dtype and shape")]
    [DataRow("""{"__metadata__":{"a":1}}""", 0, "the metadata 'a' is not a text")]
    [DataRow("""[1]""", 0, "not a JSON object")]
    [DataRow("""{"w":[[[[[[[[[[1]]]]]]]]]]}""", 0, "not valid JSON")]
    [DataRow("""{"\ud800":1}""", 0, "not valid JSON")]
    public void A_bad_header_is_named(string header, int dataBytes, string message)
    {
        string path = WriteRaw(
            "bad.safetensors",
            (ulong)Encoding.UTF8.GetByteCount(header),
            [.. Encoding.UTF8.GetBytes(header), .. new byte[dataBytes]]);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => SafetensorsFile.Read(path));
        StringAssert.Contains(exception.Message, message);
        StringAssert.Contains(exception.Message, path);
    }

    [TestMethod]
    [DataRow(ulong.MaxValue)]
    [DataRow(1UL << 40)]
    [DataRow(3UL)]
    public void A_header_longer_than_the_file_is_refused(ulong length) =>
        Assert.ThrowsExactly<InvalidDataException>(() => SafetensorsFile.Read(WriteRaw("long.safetensors", length, "{}"u8)));

    [TestMethod]
    public void Bad_names_and_shapes_are_refused()
    {
        var tensor = SafetensorsTensor.FromSingles([1], [1]);
        Assert.ThrowsExactly<ArgumentException>(() =>
            SafetensorsFile.Write(Path.Combine(folder, "x"), [new("a", tensor), new("a", tensor)]));
        Assert.ThrowsExactly<ArgumentException>(() =>
            SafetensorsFile.Write(Path.Combine(folder, "x"), [new("__metadata__", tensor)]));
        Assert.ThrowsExactly<ArgumentException>(() => SafetensorsTensor.FromSingles([2], [1]));
    }

    private string WriteRaw(string name, ulong length, ReadOnlySpan<byte> rest)
    {
        string path = Path.Combine(folder, name);
        byte[] prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, length);
        File.WriteAllBytes(path, [.. prefix, .. rest]);
        return path;
    }
}
