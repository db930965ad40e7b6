using System.Text;
using Microsoft.ML;
using NGram.Data.Corpora;
using NGram.Data.Counts;
using NGram.Data.Distributions;
using NGram.Data.Keys;
using NGram.Data.Text;
using NGram.Data.Views;
using NGram.ML.Engines;
using NGram.ML.Training;

namespace NGram.Tests.Data.Corpora;

[TestClass]
public sealed class CorpusTests
{
    [TestMethod]
    [DataRow(TokenUnit.Word, "don't stop -- 'Don’t', café_1 2'", "don't|stop|-|-|'|Don’t|'|,|café_1|2|'")]
    [DataRow(TokenUnit.Word, "rock 'n' roll''s x\n\n\ty", "rock|'|n|'|roll|'|'|s|x|y")]
    [DataRow(TokenUnit.Word, "e\u0301te\u0301 😀a", "e\u0301te\u0301|😀|a")]
    [DataRow(TokenUnit.Character, "a 😀\nb", "a| |😀|\n|b")]
    [DataRow(TokenUnit.Byte, "aé", "61|c3|a9")]
    public void Tokens_are_those_of_the_unit(TokenUnit unit, string text, string expected)
    {
        var corpus = Read(new CorpusOptions { Unit = unit }, text);
        Assert.AreEqual(expected, string.Join('|', corpus.Texts[0].Select(token => corpus.Vocabulary[token])));
    }

    [TestMethod]
    public void The_vocabulary_holds_the_most_frequent_and_the_unknown_token()
    {
        var corpus = Read(new CorpusOptions { VocabularySize = 4 }, "b a c b a d e a", "c f");
        CollectionAssert.AreEqual(new[] { "a", "b", "c", "<unk>" }, corpus.Vocabulary.ToArray());
        Assert.AreEqual(3, corpus.Unknown);
        Assert.AreEqual(6, corpus.Types);
        Assert.AreEqual(0.7, corpus.Coverage, 1e-15);
        CollectionAssert.AreEqual(new ushort[] { 1, 0, 2, 1, 0, 3, 3, 0 }, corpus.Texts[0]);
        CollectionAssert.AreEqual(new ushort[] { 2, 3 }, corpus.Texts[1]);
        Assert.IsNull(Read(new CorpusOptions { VocabularySize = 6 }, "b a c b a d e a", "c f").Unknown);
    }

    [TestMethod]
    public void Invalid_UTF8_is_named_with_its_place()
    {
        byte[] bytes = [.. "one\ntwo "u8, 0xC3, 0x28];
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Read(new CorpusOptions(), bytes));
        Assert.AreEqual("text0, line 2: byte 8 is not valid UTF-8.", exception.Message);
        Assert.ThrowsExactly<InvalidDataException>(() => Read(new CorpusOptions(), [.. "a b "u8, 0xE2, 0x82]));
        Assert.AreEqual(10, Read(new CorpusOptions { Unit = TokenUnit.Byte }, bytes).Tokens);
        StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Read(new CorpusOptions(), " \n")).Message,
            "0 different tokens");
    }

    [TestMethod]
    public void Long_lines_and_buffer_ends_are_read_whole()
    {
        // Two-byte characters across every buffer's end, words longer than a buffer, a byte order mark.
        string words = string.Concat(Enumerable.Range(0, 40_000).Select(i => i % 5 == 4 ? "é " : "éx"));
        string text = words + new string('y', 200_000);
        var corpus = Read(new CorpusOptions { VocabularySize = 65_536 }, "\uFEFF" + text);
        Assert.AreEqual(text, string.Join(' ', corpus.Texts[0].Select(token => corpus.Vocabulary[token])));
    }

    [TestMethod]
    public void Windows_are_the_texts_own()
    {
        var corpus = Read(new CorpusOptions(), "a b c a", "b", "c c a");
        var view = corpus.Windows(3);
        Assert.AreEqual(3, view.Rows);
        var rows = new MLContext().Data.CreateEnumerable<Row>(view, reuseRowObject: false).ToList();
        string Text(Row row) => string.Join(' ', row.Context.Append(row.Label).Select(key => corpus.Vocabulary[(int)key - 1]));
        CollectionAssert.AreEqual(new[] { "a b c", "b c a", "c c a" }, rows.Select(Text).ToArray());
        var vocabulary = Vocabulary.Create(view.Schema, "Context", "Label");
        CollectionAssert.AreEqual(corpus.Vocabulary.ToArray(), vocabulary.Values.ToArray());
        CollectionAssert.AreEqual(
            view.ToTokenMatrix().Tokens.ToArray(),
            new TokenMatrixReader().Read(view, vocabulary).Tokens.ToArray());
    }

    [TestMethod]
    public void A_model_trains_on_the_windows_and_on_the_distribution()
    {
        // Token i is followed by i + 1: 1.9 nats for a uniform guess among 7, and nearly none once learnt.
        string text = string.Join(' ', Enumerable.Range(0, 3000).Select(i => (char)('a' + i % 7)));
        var corpus = Read(new CorpusOptions(), text);
        var ml = new MLContext();
        var training = new TrainingOptions { Epochs = 15, BatchSize = 64, LearningRate = 0.01 };
        using var model = ml.NGrams.Transformer(training: training).Fit(corpus.Windows(3));
        Assert.IsFalse(model.History.IsDivergence);
        Assert.IsInRange(0, 0.2, model.History.FinalLoss);

        var law = corpus.CreateDistribution(3, new KneserNey());
        using var drawn = ml
            .NGrams.Transformer(
                training: training with
                {
                    Objective = TrainingObjective.FullDistribution,
                },
                rest: new() { Distribution = law })
            .Fit(ml.NGrams.Sample(law, 3000));
        Assert.IsTrue(drawn.History.IsDivergence);
        Assert.IsInRange(0, 0.2, drawn.History.FinalLoss);
    }

    [TestMethod]
    public void The_report_measures_text_and_law()
    {
        var corpus = Read(new CorpusOptions { VocabularySize = 4 }, "b a c b a d e a c f");
        var law = corpus.CreateDistribution(2, new AddK());
        var report = CorpusReport.Of(corpus, law, 0.1);
        Assert.AreEqual(10, report.Tokens);
        Assert.AreEqual(law.Entropy(), report.Entropy);
        Assert.AreEqual(Math.Log(4) - law.Entropy(), report.UniformDivergence, 1e-15);
        Assert.AreEqual(4, report.Prompts);
        Assert.AreEqual(law.CountPrompts(1, 0.1), report.PromptsForMass);
        CollectionAssert.AreEqual(new[] { 4, 7 }, report.Sequences.ToArray());
    }

    private static Corpus Read(CorpusOptions options, params string[] texts) =>
        Read(options, [.. texts.Select(Encoding.UTF8.GetBytes)]);

    private static Corpus Read(CorpusOptions options, params byte[][] texts) =>
        Corpus.Read(
            texts.Select((text, i) => ($"text{i}", (Func<Stream>)(() => new MemoryStream(text)))),
            options,
            null,
            CancellationToken.None);

    private sealed class Row
    {
        public uint[] Context { get; set; } = [];

        public uint Label { get; set; }
    }
}
