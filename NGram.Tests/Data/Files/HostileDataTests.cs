using System.Text;
using NGram.Data.Files;
using NGram.Data.Text;
using NGram.Tests.Cli;
using Parquet;
using Parquet.Schema;

namespace NGram.Tests.Data.Files;

/// <summary>Data files with every fault: one short line that names the file and the place.</summary>
[TestClass]
public sealed class HostileDataTests
{
    private const int Long = 10_000_000;

    private static readonly SequenceFileOptions Ids = new() { ContextWindow = 3, VocabularySize = 50 };

    [TestMethod]
    [DataRow("f.csv", ',', "", "")]
    [DataRow("f.tsv", '\t', "", "")]
    [DataRow("f.jsonl", ',', "[", "]")]
    public void A_row_of_ten_megabytes_is_read_or_named(string name, char delimiter, string begin, string end)
    {
        // The cells are wide, for there are a million of them.
        string Row(string last) =>
            begin + string.Concat(Enumerable.Repeat($"{1,9}{delimiter}", Long / 10)) + $"2{delimiter}{last}" + end + "\n";
        Assert.AreEqual("1 2 3", Rows(Bytes(Row("3")), name));
        Fails(Bytes(Row("99")), name, $"{name}, line 1: '99' is not a token");
    }

    [TestMethod]
    [DataRow("f.csv", "1,2,3\n1,#,3\n")]
    [DataRow("f.csv", "x,\"#\",y\n1,\"#\",3\n")]
    [DataRow("f.tsv", "1\t2\t3\n1\t#\t3\n")]
    [DataRow("f.jsonl", "[1,2,3]\n[1,\"#\",3]\n")]
    [DataRow("f.jsonl", "[1,2,3]\n{\"token0\":\"#\"}\n")]
    public void A_cell_of_ten_megabytes_is_named_and_shortened(string name, string content) =>
        Fails(Bytes(content.Replace("#", new string('7', Long), StringComparison.Ordinal)), name, $"{name}, line 2: '");

    [TestMethod]
    [DataRow("f.csv.gz")]
    [DataRow("f.txt.ZST")]
    public void A_compressed_file_is_named_as_such(string name)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder[name], [0x1f, 0x8b, 8, 0]);
        string expected = $"{folder[name]}: the file is compressed; unpack it first.";
        var load = () => SequenceLoader.Load([folder[name]], new(), CancellationToken.None);
        Assert.AreEqual(expected, Assert.ThrowsExactly<InvalidDataException>(load).Message);
        var corpus = () => NGram.Data.Corpora.Corpus.Read([folder[name]]);
        Assert.AreEqual(expected, Assert.ThrowsExactly<InvalidDataException>(corpus).Message);
    }

    /// <summary>Each name is looked up once: with a search for each, this takes minutes.</summary>
    [TestMethod]
    [Timeout(20_000, CooperativeCancellation = false)]
    [DataRow("f.csv")]
    [DataRow("f.jsonl")]
    public void A_hundred_thousand_named_columns_are_read(string name)
    {
        const int Columns = 100_000;
        string Row(Func<int, string> cell) => string.Join(',', Enumerable.Range(0, Columns).Select(cell));
        Assert.AreEqual("7 8 9", name == "f.csv"
            ? Rows(Bytes($"{Row(i => $"token{Columns - 1 - i}")}\n9,8,7,{Row(i => "1")}\n"), name)
            : Rows(Bytes($"{{{Row(i => $"\"token{Columns - 1 - i}\":{(i < 3 ? 9 - i : 1)}")}}}\n"), name));
        if (name == "f.csv")
        {
            Fails(
                Bytes(Row(i => $"token{i + 1}") + "\n"),
                name,
                "f.csv: the column token0 is missing; there are token1, token2, ");
        }
    }

    /// <summary>The stream counts; what reads lines out of it would hold them.</summary>
    [TestMethod]
    public void A_line_without_an_end_is_refused()
    {
        using var stream = new CheckedUtf8Stream(new Endless(), "f.csv");
        byte[] buffer = new byte[1 << 20];
        long read = 0L;
        var exception = Assert.ThrowsExactly<InvalidDataException>(() =>
        {
            while (read < 1L << 29)
                read += stream.Read(buffer);
        });
        Assert.AreEqual("f.csv, line 1: the line is longer than 268435456 bytes.", exception.Message);
        Assert.AreEqual(1 << 28, read);
    }

    [TestMethod]
    [DataRow("f.csv", "1,2\0,3\n", "f.csv, line 1: '2\0' is not a token")]
    [DataRow("f.csv", "1,2,3\n1,\0,3\n", "f.csv, line 2: '\0' is not a token")]
    [DataRow("f.tsv", "1\t2\t3\n\0\0\0\n", "f.tsv, line 2: '\0\0\0' is not a token")]
    [DataRow("f.jsonl", "[1,2,3]\n[1,2\0,3]\n", "f.jsonl, line 2: the line is not valid JSON")]
    [DataRow("f.jsonl", "[1,2,3]\n[1,\"2\\u0000\",3]\n", "f.jsonl, line 2: '2\0' is not a token")]
    [DataRow("f.csv", "token0,token1\n1,2\n", "f.csv, line 2: the column token2 is missing; a sequence has 3 tokens.")]
    [DataRow("f.tsv", "token0\ttoken1\ttoken3\n", "f.tsv: the column token2 is missing; there are token0, token1, token3.")]
    [DataRow(
        "f.jsonl",
        "[1,2,3]\n{\"token0\":1,\"token1\":2}\n",
        "f.jsonl, line 2: the column token2 is missing; a sequence has 3 tokens."
    )]
    [DataRow("f.jsonl", "{\"token1\":1,\"token2\":2}\n", "f.jsonl, line 1: there are neither token0")]
    [DataRow("f.jsonl", "{\"Context\":1,\"Label\":2}\n", "f.jsonl, line 1: Context must be an array of tokens.")]
    [DataRow("f.jsonl", "{\"Context\":[1,2],\"Label\":[3]}\n", "f.jsonl, line 1: a token is a number or a text, not Array.")]
    [DataRow("f.jsonl", "[1,2,3]\n\n[1,2,50]\n", "f.jsonl, line 3: '50' is not a token; the tokens are the ids from 0 to 49.")]
    [DataRow("f.jsonl", "[1,2,-1]\n", "f.jsonl, line 1: '-1' is not a token")]
    [DataRow("f.jsonl", "[1,2,3.5]\n", "f.jsonl, line 1: '3.5' is not a token")]
    [DataRow("f.jsonl", "[1,2,3.0]\n", "f.jsonl, line 1: '3.0' is not a token")]
    [DataRow("f.tsv", "1\t2\t3\n1\t2\t50\n", "f.tsv, line 2: '50' is not a token")]
    [DataRow("f.tsv", "1\t2\t3\n1\t-1\t3\n", "f.tsv, line 2: '-1' is not a token")]
    public void A_fault_is_named_with_its_line(string name, string content, string message) =>
        Fails(Bytes(content), name, message);

    [TestMethod]
    [DataRow("f.csv")]
    [DataRow("f.tsv")]
    [DataRow("f.jsonl")]
    public void Only_UTF8_has_a_byte_order_mark(string name)
    {
        string row = name switch { "f.tsv" => "1\t2\t3\n", "f.jsonl" => "[1,2,3]\n", _ => "1,2,3\n" };
        Assert.AreEqual("1 2 3", Rows([.. Encoding.UTF8.Preamble, .. Bytes(row)], name));
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(row)];
            Fails(bytes, name, $"{name}, line 1: the bytes are not valid UTF-8.");
        }
    }

    [TestMethod]
    [DataRow("f.csv", "")]
    [DataRow("f.csv", "token0,token1,token2\n")]
    [DataRow("f.tsv", "x\ty\tz")]
    [DataRow("f.jsonl", "\n \n")]
    public void A_file_without_rows_has_none_and_teaches_nothing(string name, string content)
    {
        Assert.AreEqual("", Rows(Bytes(content), name));
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[name], content);
        Refusal.Of(
            () => SequenceLoader.Load([folder[name]], new(), CancellationToken.None),
            $"{folder[name]}: the data has no rows.");
    }

    [TestMethod]
    public async Task Parquet_columns_of_another_kind_are_named()
    {
        Fails(
            await Parquet(new DataField<int>("token0"), new DataField<int>("token2")),
            "f.parquet",
            "f.parquet: the column token1 is missing; there are token0, token2.");
        Fails(
            await Parquet(new DataField<int>("token0"), new DataField<int>("token1")),
            "f.parquet",
            "f.parquet, row 1: the column token2 is missing; a sequence has 3 tokens.");
        Fails(
            await Parquet(new DataField<int>("Context")),
            "f.parquet",
            "f.parquet: the column Label is missing; there are Context.");
        Fails(await Parquet(new DataField<int>("x")), "f.parquet", "f.parquet: the column Context is missing; there are x.");
        Fails(
            await Parquet(new DataField<int>("token0"), new DataField<double>("token1"), new DataField<int>("token2")),
            "f.parquet",
            "f.parquet, column token1, entry 1: values of type Double are not tokens");
        Fails(
            await Parquet(new DataField<int>("token0"), new DataField<bool>("token1"), new DataField<int>("token2")),
            "f.parquet",
            "values of type Boolean are not tokens");
    }

    [TestMethod]
    public async Task Parquet_tokens_that_are_none_are_named()
    {
        DataField<int> first = new("token0"),
            last = new("token2");
        Fails(
            await Parquet([new DataField<int?>("token1"), first, last], nullable: [1, 2, null]),
            "f.parquet",
            "f.parquet, row 3: a token is missing.");
        Fails(
            await Parquet([new DataField<int?>("token1"), first, last], nullable: [1, 50, null]),
            "f.parquet",
            "f.parquet, column token1, entry 2: '50' is not a token");
        Fails(
            await Parquet([new DataField<int?>("token1"), first, last], nullable: [-1, 2, 3]),
            "f.parquet",
            "f.parquet, column token1, entry 1: '-1' is not a token");
        Assert.AreEqual(
            "4 1 4|5 2 5|6 3 6",
            Rows(await Parquet([new DataField<int?>("token1"), first, last], nullable: [1, 2, 3]), "f.parquet"));
    }

    [TestMethod]
    public async Task A_Parquet_file_cut_off_is_refused()
    {
        byte[] whole = await Parquet(new DataField<int>("token0"), new DataField<int>("token1"), new DataField<int>("token2"));
        foreach (int length in new[] { 0, 4, 12, whole.Length / 2, whole.Length - 4, whole.Length - 1 })
            Fails(whole[..length], "f.parquet", "f.parquet is not a Parquet file that can be read");
    }

    private static Task<byte[]> Parquet(params DataField[] fields) => Parquet(fields, []);

    /// <summary>Three rows with 4, 5, 6 in every column but the one that may have nulls.</summary>
    private static async Task<byte[]> Parquet(DataField[] fields, int?[] nullable)
    {
        using var stream = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream))
        {
            using var group = writer.CreateRowGroup();
            foreach (var field in fields)
            {
                if (field.IsNullable)
                    await group.WriteAsync<int>(field, nullable, null);
                else if (field.ClrType == typeof(double))
                    await group.WriteAsync<double>(field, new[] { 4.0, 5, 6 }, null);
                else if (field.ClrType == typeof(bool))
                    await group.WriteAsync<bool>(field, new[] { true, false, true }, null);
                else
                    await group.WriteAsync<int>(field, new[] { 4, 5, 6 }, null);
            }
        }
        return stream.ToArray();
    }

    private static byte[] Bytes(string content) => Encoding.UTF8.GetBytes(content);

    private static string Rows(byte[] bytes, string name) =>
        string.Join(
            '|',
            SequenceFile
                .Read(() => new MemoryStream(bytes), name, Ids)
                .SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => string.Join(' ', block[row].ToArray()))));

    private static void Fails(byte[] bytes, string name, string message)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Rows(bytes, name));
        Assert.StartsWith(name, exception.Message);
        Assert.Contains(message, exception.Message);
        Assert.IsLessThan(400, Refusal.OneLine(exception, exception.Message).Length);
    }

    private sealed class Endless : MemoryStream
    {
        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'1');
            return buffer.Length;
        }
    }
}
