using System.Text.Json;
using NGram.Data.Corpora;
using NGram.Data.Text;

namespace NGram.Tests.Cli.Train;

/// <summary>Training on running text: its windows, and a corpus's law.</summary>
[TestClass]
public sealed class TrainTextTests
{
    private const string Quiet = "--quiet --heads 3 --batch-size 16 --learning-rate 0.02";
    private const string Text = "to be or not to be, that is the question:\nto be is to do.";

    [TestMethod]
    [DataRow("character")]
    [DataRow("word")]
    public void Running_text_is_its_windows(string unit)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["t.txt"], Text);
        var summary = Json(
            Succeeds($"train --data {folder["t.txt"]} --tokens {unit} {Quiet} --json --epochs 2 --output {folder["text"]}"));

        // The windows of three tokens, listed one by one.
        var corpus = Corpus.Read(
            [folder["t.txt"]],
            new CorpusOptions { Unit = unit == "word" ? TokenUnit.Word : TokenUnit.Character });
        ushort[] tokens = corpus.Texts[0];
        File.WriteAllLines(
            folder["w.csv"],
            Enumerable.Range(0, tokens.Length - 2).Select(i => $"{tokens[i]},{tokens[i + 1]},{tokens[i + 2]}"));
        Succeeds(
            $"train --data {folder["w.csv"]} --vocabulary-size {corpus.Vocabulary.Count} {Quiet} --epochs 2 --output "
            + $"{folder["rows"]}"
        );
        CollectionAssert.AreEqual(Bytes(folder["rows"], "model.safetensors"), Bytes(folder["text"], "model.safetensors"));
        Assert.AreEqual(tokens.Length - 2, summary.GetProperty("sequences").GetInt64());

        // Evaluated on the text and on its windows, the model is the same.
        string line = $"evaluate --model {folder["text"]} --quiet --json --data";
        var ofText = Json(Succeeds($"{line} {folder["t.txt"]} --tokens {unit} --output {folder["e1"]}"))[0];
        File.WriteAllLines(
            folder["w.jsonl"],
            Enumerable
                .Range(0, tokens.Length - 2)
                .Select(i => JsonSerializer.Serialize(tokens.Skip(i).Take(3).Select(token => corpus.Vocabulary[token]))));
        var ofRows = Json(Succeeds($"{line} {folder["w.jsonl"]} --output {folder["e2"]}"))[0];
        foreach (string name in (string[])["rows", "crossEntropy", "accuracy"])
            Assert.AreEqual(ofRows.GetProperty(name).GetDouble(), ofText.GetProperty(name).GetDouble(), name);
        Fails(
            2,
            "--windows is for rows of tokens",
            $"{line} {folder["t.txt"]} --tokens {unit} --windows --output {folder["e3"]}");

        // One long row slides as the text does.
        File.WriteAllText(folder["l.csv"], string.Join(',', tokens));
        Succeeds(
            $"train --data {folder["l.csv"]} --windows --vocabulary-size {corpus.Vocabulary.Count} {Quiet} --epochs 2 --output "
            + $"{folder["long"]}"
        );
        CollectionAssert.AreEqual(Bytes(folder["rows"], "model.safetensors"), Bytes(folder["long"], "model.safetensors"));
        if (unit == "word")
            Assert.Contains("to,be,", Succeeds($"generate --model {folder["text"]} --length 1 to,be").Output);
    }

    [TestMethod]
    public void A_corpus_law_reads_its_words_in_rows_and_in_text()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["t.txt"], Text);
        File.WriteAllText(folder["u.txt"], "be not to be\nthat unheard of");
        Succeeds($"corpus {folder["t.txt"]} --order 2 --quiet --output {folder["law.safetensors"]}");
        string train = $"train --distribution {folder["law.safetensors"]} --no-baseline {Quiet} --epochs 2";
        var summary = Json(Succeeds($"{train} --data {folder["t.txt"]} --tokens word --json --output {folder["a"]}"));
        Assert.IsGreaterThan(0, summary.GetProperty("entropy").GetDouble());
        Assert.AreEqual(2, summary.GetProperty("contextWindow").GetInt32());

        var words = Corpus.Read([folder["t.txt"]]);
        File.WriteAllLines(
            folder["w.tsv"],
            words.Texts[0].Zip(words.Texts[0].Skip(1), (a, b) => $"{words.Vocabulary[a]}\t{words.Vocabulary[b]}"));
        Succeeds($"{train} --data {folder["w.tsv"]} --text --output {folder["b"]}");
        CollectionAssert.AreEqual(Bytes(folder["a"], "model.safetensors"), Bytes(folder["b"], "model.safetensors"));
        Fails(
            1,
            "u.txt, line 2: 'unheard' is not one of the vocabulary's",
            $"{train} --data {folder["u.txt"]} --tokens word --output {folder["c"]}");
        Succeeds($"corpus {folder["t.txt"]} --order 2 --vocabulary-size 6 --quiet --output {folder["cut.safetensors"]}");
        Succeeds(
            $"{train} --data {folder["u.txt"]} --tokens word --output {folder["d"]}".Replace(
                "law.",
                "cut.",
                StringComparison.Ordinal));
    }

    private static byte[] Bytes(string run, string name) => File.ReadAllBytes(Path.Combine(run, name));

    private static JsonElement Json(CliRun run) => JsonDocument.Parse(run.Output).RootElement;

    private static CliRun Succeeds(string line)
    {
        var run = CliRun.OfLine(line);
        Assert.AreEqual(0, run.ExitCode, $"{line}\n{run.Error}");
        return run;
    }

    private static void Fails(int code, string message, string line)
    {
        var run = CliRun.OfLine(line);
        Assert.AreEqual(code, run.ExitCode, $"{line}\n{run.Error}{run.Output}");
        Assert.Contains(message, run.Error);
        Assert.HasCount(2, run.Error.Split('\n'), run.Error);
    }
}
