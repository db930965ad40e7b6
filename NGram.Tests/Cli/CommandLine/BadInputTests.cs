namespace NGram.Tests.Cli.CommandLine;

/// <summary>Every flag with a value that it cannot have: one line that names it, exit code 2, nothing written.</summary>
[TestClass]
public sealed class BadInputTests
{
    [TestMethod]
    [DataRow("--heads 2147483647", "it must be at most 65536")]
    [DataRow("--layers 100000", "it must be at most 1024")]
    [DataRow("--mlp-width 100000000", "it must be at most 65536")]
    [DataRow("--order 2147483647", "it must be at most 64")]
    [DataRow("--context-window 2147483647", "it must be at most 65536")]
    [DataRow("--vocabulary-size 20000 --order 2", "at most 2 GB of them")]
    [DataRow("--checkpoint-every 0", "it must be at least 1")]
    [DataRow("--epochs 3 --resume nowhere", "contradicts --resume")]
    [DataRow("--vocabulary-size 1", "it must be from 2 to 65536")]
    [DataRow("--vocabulary-size fifty", "it must be a whole number")]
    [DataRow("--order 0", "it must be at least 1")]
    [DataRow("--context-window 2", "it must be at least 3")]
    [DataRow("--context-window 1 --order 1", "it must be at least 2")]
    [DataRow("--law normal", "it must be one of power, zipf, random-head, explicit")]
    [DataRow("--law explicit", "needs --distribution FILE")]
    [DataRow("--alphas 1,1", "is 2; it must be 3")]
    [DataRow("--alphas 1,x,1", "it must be numbers separated by commas")]
    [DataRow("--time-limit 0", "--time-limit is 0; it must be a positive number of seconds")]
    [DataRow("--time-limit NaN", "--time-limit is NaN; it must be a positive number of seconds")]
    [DataRow("--alphas -1,1,1", "it must be a finite number from 0 on")]
    [DataRow("--alphas 1,1,1 --law random-head", "is for the laws power and zipf")]
    [DataRow("--supports 50,0,1", "it must be at least 1")]
    [DataRow("--supports 50,50,1.5", "it must be whole numbers separated by commas")]
    [DataRow("--importance -1 --law random-head", "it must be")]
    [DataRow("--importance 2", "is only for --law random-head")]
    [DataRow("--head-tokens -1 --law random-head", "it must be at least 0")]
    [DataRow("--head-tokens 3", "is only for --law random-head")]
    [DataRow("--prompts 0", "--prompts is 0; it must be from 1 to 2500, which is 50^2")]
    [DataRow("--prompts 2501 --supports 50,50,1", "--prompts is 2501; it must be from 1 to 2500")]
    [DataRow("--prompts 1 --order 1", "it must be left out for an --order of 1")]
    [DataRow("--distribution /nowhere/pi.safetensors", "there is no file")]
    [DataRow("--embedding-dimension 0", "it must be at least 1")]
    [DataRow("--head-dimension 0", "it must be at least 1")]
    [DataRow("--head-dimension 8 --sub-heads 3", "it must be a multiple of --sub-heads (3)")]
    [DataRow("--heads 0", "it must be at least 1")]
    [DataRow("--heads 1e3", "it must be a whole number")]
    [DataRow("--heads 99999999999", "it must be a whole number below 2147483648")]
    [DataRow("--sub-heads 0", "it must be at least 1")]
    [DataRow("--layers 0", "it must be at least 1")]
    [DataRow("--mlp-width -1", "it must be at least 0")]
    [DataRow("--mlp-depth -1", "it must be at least 0")]
    [DataRow("--projections both", "it must be one of shared, per-head")]
    [DataRow("--precision half", "it must be one of float32, float64")]
    [DataRow("--initial-weights /nowhere/weights.safetensors", "there is no such file")]
    [DataRow("--validation /nowhere/data.csv", "there is no such file")]
    [DataRow("--learning-rate 0", "it must be a positive number")]
    [DataRow("--learning-rate nan", "it must be a positive number")]
    [DataRow("--learning-rate 0,001", "it must be a number such as 0.001")]
    [DataRow("--final-learning-rate -1", "it must be a positive number")]
    [DataRow("--batch-size= --epochs 1", "has no value")]
    [DataRow("--patience= --quick", "has no value")]
    [DataRow("--batch-size 0", "it must be at least 1")]
    [DataRow("--batches 0", "it must be at least 1")]
    [DataRow("--batches 2000000000", "it must be from 1 to 4194303 with a --batch-size of 512")]
    [DataRow("--baseline-batches 2000000000", "it must be from 1 to 2097151 with a --baseline-batch-size of 1024")]
    [DataRow("--alphas 1,1,-1", "entry 3 of --alphas is -1")]
    [DataRow("--importance 1e300 --law random-head", "whose power of --head-tokens is finite")]
    [DataRow("--engine fused --precision float64", "it must be another one for --precision Float64")]
    [DataRow("--epochs 0", "it must be at least 1")]
    [DataRow("--objective all", "it must be one of next-token, full-distribution")]
    [DataRow("--target-accuracy 1.5", "it must be from 0 to 1")]
    [DataRow("--patience 0", "it must be at least 1")]
    [DataRow("--freeze values", "it must be embeddings, unembedding, query-key, or several of them separated by commas")]
    [DataRow("--engine gpu", "it must be one of auto, torchsharp, fused")]
    [DataRow("--threads 0", "it must be from 1 to 1024")]
    [DataRow("--threads 1000000", "it must be from 1 to 1024")]
    [DataRow("--threads all", "it must be auto or a whole number")]
    [DataRow("--lanes 5", "it must be one of auto, 4, 8, 16")]
    [DataRow("--lanes 0", "it must be one of auto, 4, 8, 16")]
    [DataRow("--lanes 8 --engine torchsharp", "is for the fused engine")]
    [DataRow("--track-every 0", "it must be at least 1")]
    [DataRow("--track-every 1.5", "it must be a whole number")]
    [DataRow("--prompts -3", "it must be from 1 to 2500")]
    [DataRow("--prompts x", "it must be a whole number")]
    [DataRow("--freeze ", "it must be embeddings, unembedding, query-key")]
    [DataRow("--freeze embeddings,mlp", "it must be embeddings, unembedding, query-key")]
    [DataRow("--baseline exakt", "it must be one of exact, trained")]
    [DataRow("--baseline exact --no-baseline", "contradicts --no-baseline")]
    [DataRow("--objective exakt", "it must be one of next-token, full-distribution, exact")]
    [DataRow("--online --objective exact", "is for samples")]
    [DataRow("--baseline-batch-size 0", "it must be at least 1")]
    [DataRow("--baseline-batches 0", "it must be at least 1")]
    [DataRow("--baseline-epochs 0", "it must be at least 1")]
    [DataRow("--baseline-learning-rate 0", "it must be a positive number")]
    [DataRow("--baseline-epochs 2 --no-baseline", "contradicts --no-baseline")]
    [DataRow("--seed x", "it must be a whole number")]
    [DataRow("--distribution-seed x", "it must be a whole number")]
    [DataRow("--data-seed x", "it must be a whole number")]
    [DataRow("--initial-seed 1.5", "it must be a whole number")]
    [DataRow("--headz 3", "did you mean --heads?")]
    [DataRow("--bogus", "--help' lists them")]
    public void Train_refuses(string flags, string allowed)
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"train --output {folder["run"]} {flags}");
        AssertRefused(run, flags.Split(' ')[0], allowed);
        Assert.IsEmpty(folder.Entries);
    }

    [TestMethod]
    [DataRow("--rows 0", "it must be at least 1")]
    [DataRow("--rows many", "it must be a whole number")]
    [DataRow("--seed x", "it must be a whole number")]
    [DataRow("--vocabulary-size 1", "it must be from 2 to 65536")]
    [DataRow("--context-window 2", "it must be at least 3")]
    [DataRow("--distribution /nowhere/pi.safetensors", "there is no file")]
    [DataRow("--heads 3", "--help' lists them")]
    public void Sample_refuses(string flags, string allowed)
    {
        using var folder = new TemporaryFolder();
        AssertRefused(CliRun.OfLine($"sample --output {folder["data.csv"]} {flags}"), flags.Split(' ')[0], allowed);
        Assert.IsEmpty(folder.Entries);
    }

    [TestMethod]
    [DataRow("train --heads", "--heads")]
    [DataRow("train --heads 1 --heads 2", "--heads")]
    [DataRow("train surplus", "surplus")]
    [DataRow("doctor --jsno", "did you mean --json?")]
    [DataRow("corpus", "FILES is missing; 'ngram corpus --help' says what it is.")]
    [DataRow("sweep report", "DIR is missing; 'ngram sweep report --help' says what it is.")]
    [DataRow("sweep plan exp1 --slurm --json", "--slurm contradicts --json")]
    [DataRow("construct --method magic", "it must be one of theorem, n-gram, fact-mlp")]
    [DataRow("construct --method fact-mlp --mlp-width 0", "--mlp-width is 0; it must be at least 4")]
    [DataRow("construct --method n-gram --heads 3", "--heads follows from the law")]
    [DataRow("bounds --embedding-dimension 0", "--embedding-dimension is 0; it must be at least 1")]
    [DataRow("bounds --model m --heads 3", "--heads contradicts --model")]
    [DataRow("inspect", "--model is missing")]
    [DataRow("inspect --model nowhere", "--model is nowhere; there is no such file or folder")]
    [DataRow("inspect --model NGram.Tests.dll --cards -1", "--cards is -1; it must be")]
    [DataRow("export --onnx a.onnx", "--model is missing")]
    [DataRow("export --model /nowhere/run --onnx a.onnx", "there is no such file or folder")]
    [DataRow("export --model NGram.Tests.dll", "--onnx, --zip, --safetensors")]
    [DataRow("export --model NGram.Tests.dll --onnx a.txt", "must end in .onnx")]
    [DataRow("export --model NGram.Tests.dll --zip", "--zip")]
    [DataRow("trian", "did you mean train?")]
    [DataRow("train @file", "@file")]
    public void Malformed_lines_are_one_sentence(string line, string expected) =>
        AssertRefused(CliRun.OfLine(line), expected, "");

    [TestMethod]
    public void A_command_is_needed() => AssertRefused(CliRun.Of(), "a command is missing", "ngram --help");

    [TestMethod]
    [DataRow("--vocabulary-size 20")]
    [DataRow("--order 2")]
    [DataRow("--alphas 1,1,1")]
    [DataRow("--supports 1,1,1")]
    [DataRow("--distribution-seed 3")]
    [DataRow("--law zipf")]
    public void A_saved_distribution_contradicts_a_law(string flags)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["pi.safetensors"], "");
        AssertRefused(
            CliRun.OfLine($"train --distribution {folder["pi.safetensors"]} --output {folder["run"]} {flags}"),
            flags.Split(' ')[0],
            "leave it out");
    }

    [TestMethod]
    public void A_file_that_holds_no_distribution_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["pi.safetensors"], "no tensors");
        var run = CliRun.Of("sample", "--quiet", "--distribution", folder["pi.safetensors"]);
        Assert.AreEqual(1, run.ExitCode);
        AssertOneLine(run.Error, "pi.safetensors");
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    public void An_output_that_holds_something_is_refused_before_any_work()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["run"]);
        File.WriteAllText(Path.Combine(folder["run"], "mine.txt"), "mine");
        AssertRefused(CliRun.Of("train", "--quick", "--output", folder["run"]), "--output", "it must be new or empty");
        AssertRefused(
            CliRun.Of("train", "--quick", "--output", Path.Combine(folder["run"], "mine.txt")),
            "--output",
            "it must be a folder");
        AssertRefused(
            CliRun.Of("sample", "--output", Path.Combine(folder["run"], "mine.txt")),
            "--output",
            "it must be a new file");
        AssertRefused(CliRun.Of("train", "--resume", folder["nowhere"]), "--resume", "it must be a run folder");
        Assert.AreEqual("mine", File.ReadAllText(Path.Combine(folder["run"], "mine.txt")));
    }

    [TestMethod]
    [DataRow("{}", "the model or its training is missing")]
    [DataRow("{\"law\":null,\"model\":null}", "does not hold settings")]
    [DataRow("[", "does not hold settings")]
    public void Settings_that_are_none_are_refused_by_resume(string json, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["settings.json"], json);
        var run = CliRun.Of("train", "--quiet", "--resume", Path.GetDirectoryName(folder["settings.json"])!);
        Assert.AreEqual(1, run.ExitCode);
        AssertOneLine(run.Error, expected);
        Assert.Contains("settings.json", run.Error);
        Assert.HasCount(1, folder.Entries);
    }

    [TestMethod]
    public void Sizes_beyond_the_memory_are_one_line()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"sample --quiet --law random-head --vocabulary-size 60000 --output {folder["data.csv"]}");
        AssertRefused(run, "--vocabulary-size 60000", "memory");
        run = CliRun.OfLine(
            "train --quiet --no-baseline --batches 1 --embedding-dimension 65536 --head-dimension 65536 --heads 65536 "
            + $"--output {folder["run"]}"
        );
        AssertRefused(run, "--embedding-dimension 65536, --head-dimension 65536, --heads 65536", "memory");
        Assert.IsEmpty(folder.Entries);
    }

    private static void AssertRefused(CliRun run, string flag, string allowed)
    {
        Assert.AreEqual(2, run.ExitCode, run.Error);
        Assert.AreEqual("", run.Output);
        AssertOneLine(run.Error, flag);
        Assert.Contains(allowed, run.Error);
    }

    private static void AssertOneLine(string error, string expected)
    {
        Assert.HasCount(2, error.Split('\n'), error);
        Assert.StartsWith("ngram", error);
        Assert.Contains(expected, error);
        Assert.DoesNotContain("   at ", error);
        Assert.DoesNotContain("Parameter '", error);
    }
}
