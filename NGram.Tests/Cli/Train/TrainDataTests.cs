using System.Text.Json;
using Parquet;
using Parquet.Schema;

namespace NGram.Tests.Cli.Train;

/// <summary>Training on files of sequences.</summary>
[TestClass]
public sealed class TrainDataTests
{
    private const string Quiet = "--quiet --heads 3 --batch-size 16 --learning-rate 0.02";
    private const string Text = "to be or not to be, that is the question:\nto be is to do.";

    [TestMethod]
    public void A_law_and_its_sample_in_a_file_give_the_weights_of_the_law_alone()
    {
        using var folder = new TemporaryFolder();
        const string law = "--vocabulary-size 9 --supports 9,9,3";
        Succeeds($"train {law} {Quiet} --batches 20 --epochs 2 --no-baseline --output {folder["law"]}");
        Succeeds($"sample {law} --rows 320 --quiet --output {folder["s.csv"]}");
        Succeeds(
            $"train --distribution {folder["law"]} --data {folder["s.csv"]} {Quiet} --epochs 2 --no-baseline --output "
            + $"{folder["data"]}"
        );
        foreach (string name in (string[])["model.safetensors", "history.csv", "distribution.safetensors"])
            CollectionAssert.AreEqual(Bytes(folder["law"], name), Bytes(folder["data"], name), name);
        Assert.StartsWith("Epoch,Batch,Divergence,", File.ReadAllText(Path.Combine(folder["data"], "history.csv")));
        // A baseline is trained on a sample of the law.
        var summary = Json(
            Succeeds(
                $"train --distribution {folder["law"]} --data {folder["s.csv"]} {Quiet} --json --epochs 1 --baseline-epochs 1 "
                + $"--baseline-batches 3 --output {folder["both"]}"
            ));
        Assert.IsGreaterThan(0, summary.GetProperty("optimalDivergence").GetDouble());
    }

    [TestMethod]
    public void Without_a_law_the_history_has_the_cross_entropy_and_what_is_unknown_is_null()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["d.csv"], Rows(30));
        var summary = Json(Succeeds($"train --data {folder["d.csv"]} {Quiet} --json --epochs 3 --output {folder["run"]}"));
        string[] history = File.ReadAllLines(Path.Combine(folder["run"], "history.csv"));
        Assert.AreEqual("Epoch,Batch,CrossEntropy,Accuracy,LearningRate", history[0]);
        Assert.HasCount(1 + 3 * 2, history, "the last, smaller batch is trained too");
        foreach (string name in (string[])["divergence", "entropy", "uniformDivergence", "optimalDivergence", "prompts"])
            Assert.AreEqual(JsonValueKind.Null, summary.GetProperty(name).ValueKind, name);
        Assert.IsGreaterThan(0, summary.GetProperty("crossEntropy").GetDouble());
        Assert.AreEqual(
            (30, 3, 7),
            (
                summary.GetProperty("sequences").GetInt32(),
                summary.GetProperty("contextWindow").GetInt32(),
                summary.GetProperty("vocabularySize").GetInt32()));
        Assert.AreEqual(1.0 / 7, summary.GetProperty("bounds").GetProperty("chance").GetDouble(), 1e-12);
        Assert.IsFalse(File.Exists(Path.Combine(folder["run"], "distribution.safetensors")));
        string report = File.ReadAllText(Path.Combine(folder["run"], "report.html"));
        Assert.Contains("Sequences of 3 tokens over 7 tokens", report);
        Assert.DoesNotContain(
            "niform baseline",
            report,
            "a divergence is on no cross entropy's axis, and no row of what is unknown");
        Assert.Contains("\"batches\": null", File.ReadAllText(Path.Combine(folder["run"], "settings.json")));
    }

    [TestMethod]
    public async Task Every_format_gives_the_same_run()
    {
        using var folder = new TemporaryFolder();
        string[] rows = Rows(40).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        File.WriteAllText(folder["d.csv"], "a,b,c\n" + string.Join('\n', rows));
        File.WriteAllText(folder["d.tsv"], string.Join('\n', rows.Select(row => row.Replace(',', '\t'))));
        File.WriteAllText(folder["d.jsonl"], string.Join('\n', rows.Select(row => $"[{row}]")));
        await WriteParquet(folder["d.parquet"], rows);
        byte[]? weights = null;
        foreach (string name in (string[])["d.csv", "d.tsv", "d.jsonl", "d.parquet"])
        {
            // Validation on the training rows, each format on another one.
            Succeeds(
                $"train --data {folder[name]} --validation {folder["d.parquet"]} {Quiet} --epochs 2 --output "
                + $"{folder[name + ".run"]}"
            );
            weights ??= Bytes(folder[name + ".run"], "model.safetensors");
            CollectionAssert.AreEqual(weights, Bytes(folder[name + ".run"], "model.safetensors"), name);
            Succeeds(
                $"train --data {folder["d.csv"]} --validation {folder[name]} {Quiet} --epochs 2 --output {folder[name + ".held"]}"
            );
            CollectionAssert.AreEqual(
                Bytes(folder["d.csv.run"], "validation.csv"),
                Bytes(folder[name + ".held"], "validation.csv"),
                name);
        }
        Assert.StartsWith(
            "Epoch,CrossEntropy,Accuracy\n1,",
            File.ReadAllText(Path.Combine(folder["d.csv.run"], "validation.csv")));
    }

    [TestMethod]
    public void The_tokens_of_the_data_serve_every_command()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["d.tsv"], "the\tcat\tsat\nthe\tdog\tran\na\tcat\tran\na\tdog\tsat\n");
        Succeeds($"train --data {folder["d.tsv"]} --header no {Quiet} --epochs 300 --output {folder["run"]}");
        Succeeds($"export --model {folder["run"]} --zip {folder["again.zip"]}");
        foreach (string model in (string[])["run", "run/model.zip", "again.zip"])
        {
            Assert.MatchesRegex(
                "the.cat +sat +[01]",
                Succeeds($"predict --model {folder[model]} --top-k 1 --quiet the,cat").Output);
        }

        Assert.StartsWith("a,dog,sat,", Succeeds($"generate --model {folder["run"]} --temperature 0 --length 2 a,dog").Output);
        var metrics = Json(
            Succeeds(
                $"evaluate --model {folder["run"]} --data {folder["d.tsv"]} --header no --quiet --json --output "
                + $"{folder["metrics"]}"
            )
        )[0];
        Assert.AreEqual((4, 1.0), (metrics.GetProperty("rows").GetInt32(), metrics.GetProperty("accuracy").GetDouble()));

        // Going on from it: other words are refused, its own need not all be there.
        File.WriteAllText(folder["more.tsv"], "the\tcat\tsat\nthe\tcat\tsat\n");
        Succeeds(
            $"train --data {folder["more.tsv"]} --initial-weights {folder["run"]} {Quiet} --epochs 1 --output {folder["more"]}");
        Assert.Contains("the,dog,ran,", Succeeds($"generate --model {folder["more"]} --temperature 0 --length 2 the,dog").Output);
        File.WriteAllText(folder["other.tsv"], "the\tcat\tsat\nthe\tcow\tsat\n");
        foreach (
            string files in (string[])
                [
                    $"{folder["other.tsv"]} --initial-weights {folder["run"]}",
                    $"{folder["d.tsv"]} --validation {folder["other.tsv"]}",
                ])
        {
            Fails(
                1,
                "other.tsv, line 2: 'cow' is not one of the vocabulary's 6 tokens.",
                $"train --header no --data {files} {Quiet} --output {folder["none"]}");
        }

        Assert.IsFalse(Directory.Exists(folder["none"]));
    }

    [TestMethod]
    public void A_run_on_data_is_resumed_to_the_same_bytes_and_not_on_other_data()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["d.csv"], Rows(100));
        Succeeds($"train --data {folder["d.csv"]} {Quiet} --epochs 5 --checkpoint-every 10 --output {folder["whole"]}");
        foreach (string name in (string[])["again", "other"])
        {
            // As a kill after batch 30 of 35 leaves it.
            Directory.CreateDirectory(Path.Combine(folder[name], "checkpoint"));
            foreach (string file in (string[])["settings.json", "checkpoint/training.safetensors"])
                File.Copy(Path.Combine(folder["whole"], file), Path.Combine(folder[name], file));
        }
        Succeeds($"train --quiet --resume {folder["again"]}");
        foreach (string name in (string[])["model.safetensors", "history.csv", "settings.json"])
            CollectionAssert.AreEqual(Bytes(folder["whole"], name), Bytes(folder["again"], name), name);

        File.WriteAllText(folder["d.csv"], "6,6,6\n" + Rows(99));
        Fails(
            1,
            "checkpoint of a training on other data; the data has changed since.",
            $"train --quiet --resume {folder["other"]}");
    }

    [TestMethod]
    public void Bad_data_leaves_nothing_behind()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["d.csv"], "1,2,3\n4,5\n");
        Fails(
            1,
            "d.csv, line 2: a row of 2 tokens is too short; 3 are needed.",
            $"train --data {folder["d.csv"]} --context-window 3 {Quiet} --checkpoint-every 5 --output {folder["run"]}");
        CollectionAssert.AreEqual(new[] { "d.csv" }, folder.Entries);
    }

    [TestMethod]
    [DataRow("--law zipf", "--law describes a law")]
    [DataRow("--alphas 1,1,1", "--alphas describes a law")]
    [DataRow("--epsilon 0.1", "--epsilon describes a law")]
    [DataRow("--batches 3", "--batches is for samples of a law")]
    [DataRow("--online", "--online is for samples of a law")]
    [DataRow("--data-seed 1", "--data-seed has no effect on the sequences of --data")]
    [DataRow("--distribution-seed 1", "--distribution-seed has no effect on the sequences of --data")]
    [DataRow("--baseline-epochs 2", "--baseline-epochs is for the baseline of a law")]
    [DataRow("--objective full-distribution", "--objective full-distribution needs the law of the tokens")]
    [DataRow("--tokens word --windows", "--windows is for rows of tokens")]
    [DataRow("--tokens sentence", "it must be one of word, character, byte")]
    [DataRow("--text", "--text needs --distribution")]
    [DataRow("--header maybe", "it must be one of auto, yes, no")]
    [DataRow("--context-window 2 --order 3", "--context-window is 2; it must be at least 3")]
    [DataRow("--context-window 1", "--context-window is 1; it must be at least 2")]
    [DataRow("--order 0", "--order is 0; it must be at least 1")]
    [DataRow("--vocabulary-size 1", "it must be from 2 to 65536")]
    [DataRow("--windos", "--windos is not a flag of this command")]
    [DataRow("nowhere.csv", "--data is nowhere.csv; there is no such file")]
    public void Flags_that_contradict_data_are_named(string flags, string message)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["d.csv"], Rows(10));
        Fails(2, message, $"train --quiet --data {folder["d.csv"]} {flags} --output {folder["run"]}");
        Assert.IsFalse(Directory.Exists(folder["run"]));
    }

    [TestMethod]
    public void Flags_of_files_need_files() =>
        Fails(
            2,
            "--windows says how the files of --data and --validation are read, and there are none.",
            "train --quiet --windows --output nowhere");

    [TestMethod]
    public void Quick_takes_the_first_rows()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["d.csv"], Rows(2000) + "not,read,any,more\n");
        var summary = Json(Succeeds($"train --quick --data {folder["d.csv"]} {Quiet} --json --output {folder["run"]}"));
        Assert.AreEqual((1600, 300), (summary.GetProperty("sequences").GetInt32(), summary.GetProperty("steps").GetInt32()));
        File.WriteAllText(folder["t.txt"], string.Concat(Enumerable.Repeat(Text, 100)));
        summary = Json(
            Succeeds($"train --quick --data {folder["t.txt"]} --tokens character {Quiet} --json --output {folder["text"]}"));
        Assert.AreEqual(1600, summary.GetProperty("sequences").GetInt32());
    }

    /// <summary>Rows of three tokens below 7, the last a function of the others.</summary>
    private static string Rows(int count) =>
        string.Concat(Enumerable.Range(0, count).Select(i => $"{i % 7},{i * i % 7},{(i + 2 * i * i) % 7}\n"));

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

    private static async Task WriteParquet(string path, string[] rows)
    {
        int[][] columns = rows.Select(row => row.Split(',').Select(int.Parse).ToArray()).ToArray();
        var schema = new ParquetSchema(
            Enumerable.Range(0, 3).Select(i => (Field)new DataField($"token{i}", typeof(int), isNullable: false)).ToArray());
        using var stream = File.Create(path);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        using var group = writer.CreateRowGroup();
        foreach (var (field, i) in schema.GetDataFields().Select((field, i) => (field, i)))
            await group.WriteAsync<int>(field, columns.Select(row => row[i]).ToArray());
    }
}
