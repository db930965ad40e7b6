using System.Buffers.Binary;
using System.Text;
using NGram.Data.Corpora;
using NGram.Data.Files;
using NGram.Data.Safetensors;
using NGram.Tests.Cli;
using Parquet;
using Parquet.Schema;

namespace NGram.Tests.Data.Files;

/// <summary>Files that speak of gigabytes are refused before memory is taken for them.</summary>
[TestClass]
[DoNotParallelize]
public sealed class BoundedMemoryTests : IDisposable
{
    private const long Megabyte = 1 << 20;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void A_tensor_that_a_distribution_does_not_need_is_not_read()
    {
        string path = Sparse("""{"pi_1":{"dtype":"U8","shape":[2000000000],"data_offsets":[0,2000000000]}}""", 2_000_000_000);
        Fails(() => DistributionFile.Load(path), "there is no tensor pi_0", 10 * Megabyte);
    }

    [TestMethod]
    public void A_header_of_many_empty_tensors_is_refused()
    {
        var header = new StringBuilder("{");
        for (int tensor = 0; tensor < 400_000; tensor++)
            header.Append($"\"tensor{tensor:0000000}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}},");
        header.Length--;
        string path = Sparse(header.Append('}').ToString(), 0);
        Fails(() => SafetensorsFile.Read(path), "is above 16777216", 10 * Megabyte);
    }

    [TestMethod]
    [DataRow('a', "line 1: a word has more than 1048576 characters, so this is not running text")]
    [DataRow('\0', "line 1: byte 0 is NUL, so this is not text")]
    public void An_endless_text_is_refused(char character, string expected) =>
        Fails(() => Corpus.Read(() => new Endless((byte)character), "endless.txt"), expected, 10 * Megabyte);

    [TestMethod]
    public async Task A_large_row_group_is_refused()
    {
        int[] column = new int[(1 << 23) + 1];
        DataField[] fields = [new DataField<int>("token0"), new DataField<int>("token1")];
        await using (var stream = File.Create(folder["large.parquet"]))
        await using (var writer = await ParquetWriter.CreateAsync(new(fields), stream))
        using (var group = writer.CreateRowGroup())
        {
            foreach (var field in fields)
                await group.WriteAsync<int>(field, column, null);
        }
        column = [];
        Fails(
            () => SequenceLoader.Load([folder["large.parquet"]], new(), CancellationToken.None),
            "a row group has 8388609 rows of 2 columns, more than 16777216 values",
            20 * Megabyte);
    }

    private static void Fails(Action read, string expected, long bytes)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Contains(expected, Assert.ThrowsExactly<InvalidDataException>(read).Message);
        Assert.IsLessThan(bytes, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    /// <summary>A file with a hole for its data: as long as it says, without the disk.</summary>
    private string Sparse(string header, long dataBytes)
    {
        string path = folder["sparse.safetensors"];
        using var stream = File.Create(path);
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        stream.Write(length);
        stream.Write(Encoding.ASCII.GetBytes(header));
        stream.SetLength(stream.Length + dataBytes);
        return path;
    }

    private sealed class Endless(byte value) : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill(value);
            return buffer.Length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Position { get; set; }
    }
}
