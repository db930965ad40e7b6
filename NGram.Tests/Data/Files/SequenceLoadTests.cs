using System.Text;
using Microsoft.ML;
using NGram.Data.Files;
using NGram.Data.Keys;
using NGram.Data.Views;
using NGram.Tests.Cli;

namespace NGram.Tests.Data.Files;

[TestClass]
public sealed class SequenceLoadTests
{
    [TestMethod]
    [DataRow("f.csv", "1,2,3\n4,5,0\n", 6, "1 2 3|4 5 0")]
    [DataRow("f.csv", "x,y,z\n4,5,0\n", 6, "4 5 0")]
    [DataRow("f.csv", "x,1,z\n4,5,0\n", 6, "x 1 z|4 5 0")]
    [DataRow("f.csv", "7,y,9\n", 3, "7 y 9")]
    [DataRow("f.csv", "id,token1,token0\n99,3,1\n98,1,0\n", 4, "1 3|0 1")]
    [DataRow("f.csv", "token0,token1,n\na,n,5\nn,b,6\n", 3, "a n|n b")]
    [DataRow("f.csv", "0,0\n", 2, "0 0")]
    [DataRow("f.csv", "9,8,7,6,5\n1,2,3\n", 10, "7 6 5|1 2 3")]
    [DataRow("f.tsv", "the\tcat\nthe\tdog\nthe\tdog\n", 3, "the cat|the dog|the dog")]
    [DataRow("f.tsv", "first\tsecond\nthe\tcat\n", 2, "the cat")]
    [DataRow("f.jsonl", "[5,1]\n{\"Context\":[9],\"Label\":\"2\"}\n", 10, "5 1|9 2")]
    public void Window_vocabulary_and_header_are_found(string name, string content, int size, string expected)
    {
        var view = Load(name, content);
        Assert.AreEqual(size, view.Texts is null ? view.VocabularySize : view.Texts.Count);
        Assert.AreEqual(expected, Rows(view));
    }

    [TestMethod]
    public void The_share_of_the_bytes_that_are_read_grows_over_both_passes()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], string.Concat(Enumerable.Repeat("0,1,2\n", 200_000)));
        File.WriteAllText(folder["b.csv"], string.Concat(Enumerable.Repeat("3,4,5\n", 200_000)));
        var shares = new Shares();
        new MLContext().NGrams.LoadSequences([folder["a.csv"], folder["b.csv"]], new() { Progress = shares });
        Assert.AreSequenceEqual(shares.Order(), shares);
        for (int quarter = 0; quarter < 4; quarter++)
            Assert.IsTrue(shares.Exists(share => (int)(share * 4) == quarter), $"no report in quarter {quarter}");
        Assert.IsInRange(0, 1, shares[^1]);
    }

    private sealed class Shares : List<double>, IProgress<double>
    {
        public void Report(double value) => Add(value);
    }

    [TestMethod]
    public void Texts_are_ordered_by_frequency_and_are_the_key_values()
    {
        var view = Load("f.csv", "b,a,c\nb,c,d\nb,a,e\n", new() { Header = false });
        CollectionAssert.AreEqual(new[] { "b", "a", "c", "d", "e" }, view.Texts!.ToArray());
        CollectionAssert.AreEqual(view.Texts!.ToArray(), KeyColumn.Find(view.Schema, "Label", isVector: false).Values!.ToArray());
        CollectionAssert.AreEqual(
            new[] { 0, 1 },
            KeyColumn.Find(Load("f.csv", "0,1\n").Schema, "Context", isVector: true).Values!.ToArray());
    }

    [TestMethod]
    public void A_header_is_as_it_is_said_to_be()
    {
        Assert.AreEqual("first second|the cat", Rows(Load("f.csv", "first,second\nthe,cat\n", new() { Header = false })));
        Assert.AreEqual("4 5", Rows(Load("f.csv", "1,2\n4,5\n", new() { Header = true })));
        // A word of the first line comes again: it is a row.
        Assert.AreEqual("the end|the cat", Rows(Load("f.csv", "the,end\nthe,cat\n")));
    }

    [TestMethod]
    public void Options_leave_nothing_to_be_found()
    {
        Assert.AreEqual("2 3|4 5", Rows(Load("f.csv", "1,2,3\n4,5\n", new() { ContextWindow = 2, VocabularySize = 7 })));
        Assert.AreEqual("1 2|2 3|4 5", Rows(Load("f.csv", "1,2,3\n4,5\n", new() { ContextWindow = 2, Windows = true })));
        Assert.AreEqual("1 2|2 3", Rows(Load("f.csv", "1,2,3\n4,5\n", new() { ContextWindow = 2, Windows = true, Rows = 2 })));
        Assert.AreEqual("b <unk>", Rows(Load("f.csv", "b,x\n", new() { VocabularySize = 3, Texts = ["a", "b", "<unk>"] })));
        Assert.AreEqual("1 2", Rows(Load("f.csv", "1,2\n3,4\nno,more\n", new() { Rows = 1 })), "the rest is not read");
    }

    [TestMethod]
    public void Several_files_have_one_vocabulary_and_headers_of_their_own()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.csv"], "x,y\n1,2\n");
        File.WriteAllText(folder["b.tsv"], "3\t0\n");
        Assert.AreEqual("1 2|3 0", Rows(new MLContext().NGrams.LoadSequences([folder["a.csv"], folder["b.tsv"]])));
    }

    [TestMethod]
    [DataRow("1,2,3\n4,5\n6\n", "f.csv, line 3: a row of 1 tokens is too short; 2 are needed.")]
    [DataRow("1,2,3\n4,,6\n", "f.csv, line 2: an empty cell is not a token.")]
    [DataRow("a,a\na,a\n", "the data has 1 different token; a vocabulary needs 2.")]
    [DataRow("x,y\n", "the data has no rows.")]
    [DataRow("", "the data has no rows.")]
    public void Faults_are_named_with_their_place(string content, string message) =>
        StringAssert.EndsWith(Assert.ThrowsExactly<InvalidDataException>(() => Load("f.csv", content)).Message, message);

    [TestMethod]
    public void A_vocabulary_has_its_limit()
    {
        string most = string.Concat(Enumerable.Range(0, 32768).Select(i => $"a{i},b{i}\n"));
        Assert.AreEqual(65536, Load("f.csv", most, new() { Header = false }).VocabularySize);
        var exception = Assert.ThrowsExactly<InvalidDataException>(() =>
            Load("f.csv", most + "a0,c\n", new() { Header = false }));
        StringAssert.EndsWith(
            exception.Message,
            "f.csv, line 32769: 'c' is one different token too many; a vocabulary has at most 65536.");
    }

    [TestMethod]
    public void The_view_is_a_matrix_and_its_first_rows_are_too()
    {
        var view = Load("f.csv", "1,2\n3,4\n5,6\n");
        Assert.AreEqual((true, 3L, 2), (view.IsHeld, view.Rows, view.ContextWindow));
        Assert.AreEqual("1 2|3 4", Rows(view.Take(2)));
        Assert.AreSame(view, view.Take(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => view.Take(2).Read(1, new ushort[4]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceDataView(view.ToTokenMatrix(), ["a"]));
    }

    /// <summary>Bytes changed, cut off and added: rows, or one sentence that names the file.</summary>
    [TestMethod]
    [DataRow("f.csv", "token0,token1,token2\n1,2,3\n\"4\",5,6\n")]
    [DataRow("f.tsv", "the\tcat\tsat\nthe\tdog\tran\n")]
    [DataRow("f.jsonl", "{\"token0\":1,\"token1\":\"2\"}\n{\"Context\":[1],\"Label\":3}\n[4,5]\n")]
    public void Mutated_files_give_rows_or_a_sentence(string name, string content)
    {
        using var folder = new TemporaryFolder();
        var random = new Random(2222);
        var (read, faults) = (0, 0);
        for (int round = 0; round < 400; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(content).ToList();
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                int place = random.Next(bytes.Count);
                if (random.Next(3) == 0)
                    bytes.RemoveAt(place);
                else
                    bytes.Insert(place, random.Next(2) == 0 ? (byte)random.Next(256) : "\"\n\r,\t{}[]0\\"u8[random.Next(11)]);
            }
            File.WriteAllBytes(folder[name], [.. bytes]);
            try
            {
                var view = new MLContext().NGrams.LoadSequences(folder[name]);
                Assert.IsTrue(view.ToTokenMatrix().Tokens.ToArray().All(token => token < view.VocabularySize));
                read++;
            }
            catch (InvalidDataException exception)
            {
                StringAssert.StartsWith(exception.Message, folder[name]);
                faults++;
            }
        }
        Assert.IsTrue(read > 5 && faults > 5, $"{read} read, {faults} faults");
    }

    private static SequenceDataView Load(string name, string content, SequenceLoaderOptions? options = null)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder[name], content);
        return new MLContext().NGrams.LoadSequences(folder[name], options);
    }

    private static string Rows(SequenceDataView view)
    {
        ushort[] tokens = new ushort[view.Rows * view.ContextWindow];
        view.Read(0, tokens);
        return string.Join(
            '|',
            tokens
                .Chunk(view.ContextWindow)
                .Select(row => string.Join(' ', row.Select(token => view.Texts?[token] ?? $"{token}"))));
    }
}
