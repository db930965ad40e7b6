using System.Globalization;
using System.Text.Json.Nodes;
using NGram.ML.Sweeps;

namespace NGram.Tests.Cli.Sweeping;

[TestClass]
[TestCategory("Slow")]
public sealed class SweepCommandTests : IDisposable
{
    private const string Quick = "--set Epochs=1 --set Batches=2 --set BatchSize=16 --repetitions 2 --quiet";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Run_writes_every_file_and_goes_on()
    {
        var first = Run("exp6");
        var again = Run("exp6");

        Assert.AreEqual(0, first.ExitCode, first.Error);
        Assert.AreEqual(0, again.ExitCode, again.Error);
        Assert.StartsWith("12 done\n", again.Output);
        foreach (string file in (string[])
            ["sweep.json", "results.csv", "summary.csv", "fits.csv", "report.html", "status.json", "published/Data_exp_6.csv",
                "figures/exp6.svg", "figures/exp6.csv"])
        {
            Assert.IsTrue(File.Exists(folder[$"out/{file}"]), file);
        }
        Assert.AreEqual(12, Directory.GetFiles(folder["out/trials"]).Length);
        Assert.StartsWith(
            "Trial,Sweep,Method,Repetition,Status,Seed,VocabularySize,EmbeddingDimension,HeadDimension,Heads,Layers,MlpWidth,"
            + "Accuracy,Divergence,Bits,BitsPerParameter,Parameters,Exposures,Seconds,Reason,"
            + "ExactAccuracy,ExactDivergence,Facts,DemandedBitsPerParameter,NonEmbeddingParameters,TrainedParameters\n",
            File.ReadAllText(folder["out/results.csv"]).ReplaceLineEndings("\n"));
        Assert.StartsWith(
            "Sweep,VocabularySize,EmbeddingDimension,HeadDimension,Heads,Layers,MlpWidth,Trials,Missing,Accuracy,AccuracySd,"
            + "AccuracyLow,AccuracyHigh,Divergence,DivergenceSd,BitsPerParameter,BitsPerParameterSd,Parameters,"
            + "BitsPerParameterLow,BitsPerParameterHigh,DemandedBitsPerParameter\n",
            File.ReadAllText(folder["out/summary.csv"]).ReplaceLineEndings("\n"));
    }

    [TestMethod]
    public void Another_sweep_in_the_folder_is_a_usage_error()
    {
        Run("exp6");

        var other = Run("exp6", "--set LearningRate=0.5");

        Assert.AreEqual(2, other.ExitCode);
        Assert.Contains("it holds another sweep: settings.training.learningRate is 0.5 and was 0.01", other.Error);
    }

    [TestMethod]
    public void Trials_that_would_fail_again_have_an_exit_code_of_their_own()
    {
        var run = Run("exp6", "--set SubHeads=3");

        Assert.AreEqual(42, run.ExitCode);
        Assert.Contains("HeadDimension is 2; it must be a multiple of SubHeads (3)", run.Error);
        Assert.StartsWith("0 done, 12 failed\n", run.Output);
        Assert.Contains(" and 11 others failed: ", run.Error);
    }

    [TestMethod]
    public void The_first_failure_ends_a_sweep_that_is_to_fail_fast()
    {
        var run = Run("exp6", "--set SubHeads=3 --fail-fast --jobs 1");

        Assert.AreEqual(42, run.ExitCode);
        Assert.Contains("Stopped: 11 trials are left; the same command continues", run.Error);
    }

    [TestMethod]
    public void A_sweep_whose_time_is_up_has_failed_and_goes_on()
    {
        var run = Run("exp6", "--set Epochs=10000000 --time-limit 1 --jobs 1");

        Assert.AreEqual(1, run.ExitCode);
        Assert.StartsWith("11 waiting, 0 done, 1 interrupted\n", run.Output);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void Short_trials_cost_little()
    {
        // What the processor spends on it, children included: a busy machine does not count, a process for each trial would.
        var run = ShellRun.Of(
            folder,
            "\"$@\" sweep run exp6 --set Heads=1,5 --set Epochs=1 --set Batches=2 --repetitions 50 --quiet --output out"
            + " && times");

        Assert.StartsWith("100 done\n", run.Output);
        string[] times = run.Output.TrimEnd().Split('\n')[^1].Split(' ');
        Assert.IsLessThan(10.0, times.Sum(SecondsOf), run.Output);
    }

    /// <summary>As a shell writes it: 1m2.5s.</summary>
    private static double SecondsOf(string time) =>
        60 * double.Parse(time.Split('m')[0], CultureInfo.InvariantCulture)
        + double.Parse(time.Split('m')[1].TrimEnd('s'), CultureInfo.InvariantCulture);

    [TestMethod]
    public void What_varies_has_a_column()
    {
        Run("exp6", "--set Heads=1 --set Law=power,zipf --set LearningRate=0.01,0.001");

        string header = File.ReadLines(folder["out/summary.csv"]).First();
        Assert.Contains("MlpWidth,Law,LearningRate,Trials", header);
        Assert.Contains(",zipf,0.001,2,0,", File.ReadAllText(folder["out/summary.csv"]));
    }

    [TestMethod]
    public void Compare_says_what_is_met_and_what_is_missed()
    {
        Run("exp6", "--set Heads=1,5");
        Directory.CreateDirectory(folder["tables"]);
        File.Copy(folder["out/published/Data_exp_6.csv"], folder["tables/Data_exp_6.csv"]);
        var same = CliRun.Of("sweep", "compare", folder["out"], "--published", folder["tables"]);
        File.WriteAllText(folder["tables/Data_exp_6.csv"], "acc,para,N,d,d_head\n0.9,1,10,2,2\n0.8,5,10,2,2\n0.5,9,10,2,2\n");
        var other = CliRun.Of("sweep", "compare", folder["out"], "--published", folder["tables"]);

        Assert.AreEqual(0, same.ExitCode, same.Error);
        Assert.StartsWith("Data_exp_6: met, 2 of 2 points, rms 0.0000", same.Output);
        Assert.AreEqual(1, other.ExitCode);
        Assert.StartsWith("Data_exp_6: missed, 2 of 3 points, rms 0.", other.Output);
        string figure = File.ReadAllText(folder["out/figures/compare.svg"]);
        Assert.Contains("Data_exp_6: published 0.5", figure);
        Assert.HasCount(3, figure.Split("<rect").Skip(1), "a frame for each published point");
        string[] lines = File.ReadAllLines(folder["out/compare.csv"]);
        Assert.AreEqual(
            "Table,Heads,EmbeddingDimension,HeadDimension,MlpWidth,Published,Accuracy,Difference,StandardErrors,Met",
            lines[0]);
        Assert.HasCount(4, lines);
        Assert.EndsWith(",,,false", lines[3]);
    }

    [TestMethod]
    public void Plan_counts_what_would_run()
    {
        var run = CliRun.OfLine($"sweep plan exp6 --set Epochs=1 --repetitions 1 --json --packs 1 --trials {folder["t.jsonl"]}");

        Assert.AreEqual(0, run.ExitCode, run.Error);
        var plan = JsonNode.Parse(run.Output)!;
        Assert.AreEqual(6, plan["trials"]!.GetValue<int>());
        Assert.AreEqual(6 * 64, plan["steps"]!.GetValue<double>());
        Assert.IsGreaterThan(0, plan["seconds"]!.GetValue<double>());
        string[] lines = File.ReadAllLines(folder["t.jsonl"]);
        Assert.HasCount(6, lines);
        Assert.IsNotNull(JsonNode.Parse(lines[0])!["settings"]!["model"]!["heads"]);
    }

    [TestMethod]
    public void The_plan_of_a_search_says_how_many_trials_it_takes_at_most()
    {
        File.WriteAllText(
            folder["search.json"],
            """
            {
              "name": "search",
              "settings": {"VocabularySize": 5, "EmbeddingDimension": 2, "HeadDimension": 2, "Batches": 2, "Epochs": 1},
              "axes": {"Heads": {"from": 1, "to": 7}},
              "search": {"axis": "Heads", "target": 0.99}
            }
            """);

        var run = CliRun.OfLine($"sweep plan {folder["search.json"]}");

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains("at most 3 trials take about", run.Output);
        var json = JsonNode.Parse(CliRun.OfLine($"sweep plan {folder["search.json"]} --json").Output)!;
        Assert.IsTrue(json["atMost"]!.GetValue<bool>());
    }

    [TestMethod]
    public void Presets_are_listed_and_shown()
    {
        string list = CliRun.Of("sweep", "list").Output;
        foreach (string name in SweepPresets.Names)
            Assert.Contains($"{name} ", list);
        Assert.AreEqual(SweepPresets.Json("exp2"), CliRun.Of("sweep", "show", "exp2").Output);
        Assert.StartsWith("{", CliRun.Of("sweep", "schema").Output);
    }

    [TestMethod]
    [DataRow("sweep", "a command is missing; 'ngram sweep --help' lists them.")]
    [DataRow("sweep run exp0", "SWEEP is exp0; it must be a JSON file or one of capacity, exp1, ")]
    [DataRow("sweep show exp0", "PRESET is exp0; it must be one of capacity, exp1, ")]
    [DataRow("sweep run exp6 --set Haeds=3", "Haeds is not a setting")]
    [DataRow("sweep run exp6 --set Heads", "--set is 'Heads'; it must be NAME=VALUE")]
    [DataRow("sweep run exp6 --only Haeds=3", "Haeds is not a setting")]
    [DataRow("sweep run exp6 --only Heads=3", "--only leaves no trial of exp6.")]
    [DataRow("sweep run exp6 --set Heads=many", "--set: Heads is many; it must be a whole number below 2147483648.")]
    [DataRow("sweep run exp6 --set Heads=99999999999", "--set: Heads is 99999999999; it must be a whole number")]
    [DataRow("sweep run exp6 --set Heads=[1", "--set: Heads is [1; it must be a whole number below 2147483648.")]
    [DataRow("sweep run exp6 --set Projections=mine", "--set: Projections is mine; it must be shared or per-head.")]
    [DataRow("sweep run exp6 --set Alphas=1,2", "--set: Alphas is 1; it must be a list, such as [1, 0.5].")]
    [DataRow("sweep run exp6 --set Online=2", "--set: Online is 2; it must be true or false.")]
    [DataRow("sweep run exp6 --scale 1e300", "--scale is 1E+300; it must be a positive number that leaves at most 2147483647")]
    [DataRow("sweep run exp6 --scale NaN", "--scale is NaN; it must be a positive number")]
    [DataRow("sweep plan exp6 --slurm --dockerfile", "--slurm contradicts --dockerfile; ask for one of them.")]
    [DataRow("sweep run exp6 --scale 0", "--scale is 0; it must be a positive number")]
    [DataRow("sweep run exp6 --set BatchSize=0 --repetitions 1", "--set: BatchSize is 0; it must be at least 1.")]
    [DataRow("sweep run exp6 --repetitions 0", "--repetitions is 0; it must be at least 1.")]
    [DataRow("sweep run exp6 --shard 3/2", "--shard is '3/2'; it must be i/n with i from 1 to n, auto, or auto/n.")]
    [DataRow("sweep run exp6 --jobs 0", "--jobs is 0; it must be from 1 to 1024.")]
    [DataRow("sweep run exp6 --time-limit 0", "--time-limit is 0; it must be a positive number of seconds up to 2147483.")]
    [DataRow("sweep run exp6 --repetitions 2147483647", "--repetitions: exp6 has 12,884,901,882 trials,")]
    [DataRow("sweep run exp6 --only Repetition=1", "--only: Repetition is not a setting")]
    [DataRow("sweep plan exp6 --image mine", "--image needs --kubernetes.")]
    [DataRow("sweep run exp6 --fail-fsat", "'--fail-fsat' is not a flag of ngram sweep run; did you mean --fail-fast?")]
    [DataRow("sweep report /nowhere", "DIR is /nowhere; it must be the folder of a sweep, which holds sweep.json.")]
    [DataRow("sweep compare /nowhere --published /", "DIR is /nowhere; it must be the folder of a sweep")]
    public void A_wrong_line_is_a_usage_error(string line, string expected)
    {
        var run = CliRun.OfLine(line);

        Assert.AreEqual(2, run.ExitCode, run.Error);
        Assert.Contains(expected, run.Error);
        Assert.AreEqual("", run.Output);
    }

    /// <summary>Flags that are right do not get the blame, and a flag that puts the file right may do so.</summary>
    [TestMethod]
    [DataRow("")]
    [DataRow(" --repetitions 2")]
    [DataRow(" --set Heads=3")]
    [DataRow(" --only Heads=3")]
    public void What_is_wrong_with_a_file_is_said_of_the_file(string flags)
    {
        string file = folder["mine.json"], search = """{"axis": "Heads", "target": 0.9, "attempts": 0}""";
        File.WriteAllText(file, $$"""{"name": "mine", "axes": {"Heads": [2, 3]}, "search": {{search}}}""");

        var run = CliRun.OfLine($"sweep plan {file}{flags}");

        Assert.AreEqual(1, run.ExitCode);
        Assert.AreEqual($"ngram sweep plan: {file}: search.attempts is 0; it must be at least 1.\n", run.Error);
        File.WriteAllText(file, """{"name": "mine", "settings": {"Epochs": 1, "Batches": 2}, "best": {"axis": "Heads"}}""");
        Assert.AreEqual(1, CliRun.OfLine($"sweep plan {file}").ExitCode);
        Assert.AreEqual(0, CliRun.OfLine($"sweep plan {file} --set Heads=2,3").ExitCode);
    }

    private CliRun Run(string sweep, string more = "") =>
        CliRun.OfLine($"sweep run {sweep} {Quick} --output {folder["out"]} {more}".TrimEnd());
}
