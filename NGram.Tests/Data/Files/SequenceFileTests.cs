using System.Text;
using NGram.Data.Files;
using Parquet;
using Parquet.Schema;

namespace NGram.Tests.Data.Files;

[TestClass]
public sealed class SequenceFileTests
{
    private static readonly SequenceFileOptions Ids = new() { ContextWindow = 3, VocabularySize = 50 };
    private static readonly SequenceFileOptions Words = new()
    {
        ContextWindow = 3,
        VocabularySize = 4,
        Texts = ["a", "b,c", "1", "é"],
    };

    [TestMethod]
    [DataRow("f.csv", "1,2,3\n4,5,6\n", "1 2 3|4 5 6")]
    [DataRow("f.csv", "1,2,3\r\n\r\n4,5,6", "1 2 3|4 5 6")]
    [DataRow("f.csv", "x,y,z\n4,5,6", "4 5 6")]
    [DataRow("f.csv", "id,token2,token0,token1\n99,3,1,2\n98,6,4,5", "1 2 3|4 5 6")]
    [DataRow("f.csv", "9,8,1,2,3\n4,5,6", "1 2 3|4 5 6")]
    [DataRow("f.csv", " 1, 2,\"3\"\n4,5,6", "1 2 3|4 5 6")]
    [DataRow("f.tsv", "1\t2\t3\n", "1 2 3")]
    [DataRow(
        "f.jsonl",
        "{\"token0\":1,\"token1\":\"2\",\"token2\":3,\"x\":[]}\n\n[4,5,6]\n{\"Label\":9,\"Context\":[7,8]}",
        "1 2 3|4 5 6|7 8 9"
    )]
    [DataRow("-", "1,2,3", "1 2 3")]
    [DataRow("f.csv", "", "")]
    public void Rows_are_sequences(string name, string content, string expected) =>
        Assert.AreEqual(expected, Read(name, content, Ids));

    [TestMethod]
    public void Texts_are_matched_with_the_vocabulary()
    {
        Assert.AreEqual("0 1 3|2 2 0", Read("f.csv", "x,y,z\na,\"b,c\",é\n1,1,a", Words));
        Assert.AreEqual("0 1 2", Read("f.jsonl", "[\"a\",\"b,c\",1]", Words));
        Assert.AreEqual("0 3 3", Read("f.csv", "a,b,c", Words with { Texts = ["a", "x", "y", "<unk>"] }));
    }

    [TestMethod]
    public void Windows_slide_and_headers_are_decided()
    {
        Assert.AreEqual("1 2 3|2 3 4|7 8 9", Read("f.csv", "1,2,3,4\n7,8,9", Ids with { Windows = true }));
        Assert.AreEqual("4 5 6", Read("f.csv", "1,2,3\n4,5,6", Ids with { Header = true }));
        Fails(
            "f.csv, line 1: 'x' is not a token; the tokens are the ids from 0 to 49.",
            "f.csv",
            "x,y,z\n4,5,6",
            Ids with
            {
                Header = false,
            });
    }

    [TestMethod]
    [DataRow("f.csv", "1,2,3\n4,5,99\n", "f.csv, line 2: '99' is not a token; the tokens are the ids from 0 to 49.")]
    [DataRow("f.csv", "x,y,z\n\n4,5\n", "f.csv, line 3: a row of 2 tokens is too short; 3 are needed.")]
    [DataRow("f.csv", "1,2,3\n4,5,\n", "f.csv, line 2: '' is not a token")]
    [DataRow("f.csv", "token0,token2\n1,2", "f.csv: the column token1 is missing; there are token0, token2.")]
    [DataRow("f.csv", "token0,token1,token2\n1,2", "f.csv, line 2: there are 2 cells, too few for the header's columns.")]
    [DataRow("f.csv", "1,2,-3\n", "'-3' is not a token")]
    [DataRow("f.csv", "1,2,3.5\n", "'3.5' is not a token")]
    [DataRow("f.csv", "1,2,99999999999999999999\n", "is not a token")]
    [DataRow("f.jsonl", "[1,2,3]\n[1,2\n", "f.jsonl, line 2: the line is not valid JSON")]
    [DataRow("f.jsonl", "{\"a\":1}", "f.jsonl, line 1: there are neither token0, token1, ... nor Context and Label.")]
    [DataRow("f.jsonl", "{\"Context\":[1,2]}", "Label is missing")]
    [DataRow("f.jsonl", "[1,2,null]", "a token is a number or a text, not Null")]
    [DataRow("f.jsonl", "[1,2,\"\\ud800\"]", "not valid JSON")]
    [DataRow("f.jsonl", "7", "a line must be an object or an array")]
    [DataRow("f.parquet", "PAR1 and no more", "f.parquet is not a Parquet file that can be read")]
    public void Faults_are_named_with_their_place(string name, string content, string message) =>
        Fails(message, name, content, Ids);

    [TestMethod]
    [DataRow("f.csv")]
    [DataRow("f.jsonl")]
    public void Invalid_UTF8_is_named_with_its_line(string name)
    {
        byte[] bytes =
        [
            .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(name == "f.csv" ? "1,2,3\n" : "[1,2,3]\n", 20_000))),
            (byte)'1',
            0xC3,
            (byte)'(',
        ];
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Rows(() => new MemoryStream(bytes), name, Ids));
        Assert.AreEqual($"{name}, line 20001: the bytes are not valid UTF-8.", exception.Message);
        Assert.ThrowsExactly<InvalidDataException>(() => Rows(() => new MemoryStream([0xE2, 0x82]), name, Ids));
    }

    [TestMethod]
    public void Long_lines_and_many_blocks_are_read_whole()
    {
        // A line of 10 MB, characters across every buffer's end, more rows than a block has.
        string line = string.Join(',', Enumerable.Repeat("é", 3_500_000));
        var rows = Rows(
            () =>
                new MemoryStream(
                    Encoding.UTF8.GetBytes("a,1," + line + "\n" + string.Concat(Enumerable.Repeat("1,é,a\n", 70_000)))),
            "f.csv",
            Words);
        Assert.HasCount(70_001, rows);
        Assert.AreEqual("3 3 3", rows[0]);
        Assert.AreEqual("2 3 0", rows[^1]);
    }

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(true, true)]
    public async Task Parquet_has_columns_or_lists(bool asLists, bool asTexts)
    {
        using var stream = new MemoryStream();
        var type = asTexts ? typeof(string) : typeof(int);
        string[] names = ["token0", "token1", "token2"];
        var schema = asLists
            ? new ParquetSchema(
                new DataField("Label", type, isNullable: false),
                new ListField("Context", new DataField("element", type, isNullable: false)))
            : new ParquetSchema(
                names
                    .Select(name => (Field)new DataField(name, type, isNullable: name == "token1"))
                    .Prepend(new DataField<double>("weight"))
                    .ToArray());
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            foreach (int first in new[] { 1, 11 })
            {
                using var group = writer.CreateRowGroup();
                foreach (var field in schema.GetDataFields())
                {
                    int[] values = field.Name switch
                    {
                        "Label" or "token2" => [first + 2, first + 5],
                        "element" => [first, first + 1, first + 3, first + 4],
                        "token1" => [first + 1, first + 4],
                        _ => [first, first + 3],
                    };
                    ReadOnlyMemory<int>? levels = field.Name == "element" ? new[] { 0, 1, 0, 1 } : null;
                    if (field.ClrType == typeof(double))
                    {
                        await group.WriteAsync<double>(field, new[] { 0.5, 0.5 });
                    }
                    else if (asTexts)
                    {
                        await group.WriteAsync(field, [.. values.Select(value => $"{value}")], levels);
                    }
                    else if (levels is not null)
                    {
                        await group.WriteAllPartsAsync<int>(
                            field,
                            values,
                            Enumerable.Repeat(field.MaxDefinitionLevel, values.Length).ToArray(),
                            levels,
                            CancellationToken.None);
                    }
                    else if (field.IsNullable)
                    {
                        await group.WriteAsync<int>(field, values.Select(value => (int?)value).ToArray(), levels);
                    }
                    else
                    {
                        await group.WriteAsync<int>(field, values, levels);
                    }
                }
            }
        }
        Assert.AreEqual(
            "1 2 3|4 5 6|11 12 13|14 15 16",
            string.Join('|', Rows(() => new MemoryStream(stream.ToArray()), "f.parquet", Ids)));
        var exception = Assert.ThrowsExactly<InvalidDataException>(() =>
            Rows(() => new MemoryStream(stream.ToArray()), "f.parquet", Ids with { VocabularySize = 13 }));
        StringAssert.Contains(exception.Message, "is not a token; the tokens are the ids from 0 to 12.");
    }

    [TestMethod]
    public void A_quote_that_is_never_closed_is_a_fault_at_its_line()
    {
        Fails("f.csv, line 2: the quote of a cell is never closed.", "f.csv", "1,2,3\n4,5,\"6\n7,8,9\n1,2,3\n", Ids);
        Assert.AreEqual("1 2 3|4 5 6|7 8 9", Read("f.csv", "1,2,3\n\"4\",5,\"6\"\n7,8,9\n", Ids));
    }

    private static string Read(string name, string content, SequenceFileOptions options) =>
        string.Join('|', Rows(() => new MemoryStream(Encoding.UTF8.GetBytes(content)), name, options));

    private static void Fails(string message, string name, string content, SequenceFileOptions options)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Read(name, content, options));
        StringAssert.Contains(exception.Message, message);
        StringAssert.StartsWith(exception.Message, name);
    }

    private static List<string> Rows(Func<Stream> open, string name, SequenceFileOptions options) =>
        [
            .. SequenceFile
                .Read(open, name, options)
                .SelectMany(block => Enumerable.Range(0, block.Rows).Select(row => string.Join(' ', block[row].ToArray()))),
        ];
}
