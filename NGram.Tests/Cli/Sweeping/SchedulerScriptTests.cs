using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using NGram.Cli.Sweeping;

namespace NGram.Tests.Cli.Sweeping;

[TestClass]
public sealed class SchedulerScriptTests
{
    private static readonly SchedulerScript Script = new("My sweep", ["ngram", "sweep", "run", "it's.json"], 8, 700);

    [TestMethod]
    public void Slurm_has_an_array_with_twice_the_time_that_is_expected()
    {
        string[] lines = Script.Slurm().Split('\n');

        Assert.AreEqual("#!/bin/bash", lines[0]);
        Assert.Contains("#SBATCH --job-name=ngram-my-sweep", lines);
        Assert.Contains("#SBATCH --array=0-7", lines);
        Assert.Contains("#SBATCH --time=24", lines);
        Assert.Contains("ngram sweep run 'it'\\''s.json' --shard auto --jobs 1 --quiet &", lines);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("sh -c 'exit 42'", false, 42)]
    [DataRow("sh -c 'trap \"exit 143\" TERM; while :; do sleep 0.1; done'", true, 143)]
    public void Slurms_script_passes_on_the_signal_and_the_exit_code(string command, bool isStopped, int expected)
    {
        string script = Script.Slurm().Replace("ngram sweep run 'it'\\''s.json' --shard auto --jobs 1 --quiet", command);
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", script]))!;
        if (isStopped)
        {
            Thread.Sleep(500);
            using var kill = Process.Start("kill", ["-USR1", $"{bash.Id}"]);
            kill.WaitForExit();
        }

        Assert.IsTrue(bash.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.AreEqual(expected, bash.ExitCode);
    }

    [TestMethod]
    public void Kubernetes_has_an_indexed_job_that_does_not_retry_what_cannot_be_mended()
    {
        var job = JsonNode.Parse(Script.Kubernetes("registry/ngram:1", "data"))!;

        Assert.AreEqual("batch/v1", job["apiVersion"]!.GetValue<string>());
        var spec = job["spec"]!;
        Assert.AreEqual("Indexed", spec["completionMode"]!.GetValue<string>());
        Assert.AreEqual(8, spec["completions"]!.GetValue<int>());
        var rule = spec["podFailurePolicy"]!["rules"]![0]!;
        Assert.AreEqual("FailIndex", rule["action"]!.GetValue<string>());
        Assert.AreEqual(42, rule["onExitCodes"]!["values"]![0]!.GetValue<int>());
        var pod = spec["template"]!["spec"]!;
        Assert.AreEqual("Never", pod["restartPolicy"]!.GetValue<string>());
        var container = pod["containers"]![0]!;
        Assert.AreEqual(rule["onExitCodes"]!["containerName"]!.GetValue<string>(), container["name"]!.GetValue<string>());
        Assert.AreEqual("registry/ngram:1", container["image"]!.GetValue<string>());
        Assert.AreEqual(
            "ngram sweep run it's.json --shard auto/8 --jobs 1 --quiet",
            string.Join(' ', container["command"]!.AsArray().Select(word => word!.GetValue<string>())));
        Assert.AreEqual("data", pod["volumes"]![0]!["persistentVolumeClaim"]!["claimName"]!.GetValue<string>());
    }

    [TestMethod]
    [DataRow("exp6")]
    [DataRow("Mine: a very long name of a sweep, longer than the 63 letters that Kubernetes allows a pod ...")]
    public void The_manifest_is_one_by_its_schema(string sweep)
    {
        var script = new SchedulerScript(sweep, ["ngram", "sweep", "run", "exp6"], 100, 700);
        var job = (JsonObject)JsonNode.Parse(script.Kubernetes("registry/ngram:1", "data"))!;

        Assert.AreSequenceEqual([], JsonSchema.Broken(Schema(), job));

        // What a schema does not say: the fields that need each other, and the names that must agree.
        var spec = job["spec"]!;
        Assert.AreEqual("Indexed", spec["completionMode"]!.GetValue<string>(), "backoffLimitPerIndex needs it");
        var pod = spec["template"]!["spec"]!;
        var volumes = pod["volumes"]!.AsArray().Select(volume => volume!["name"]!.GetValue<string>());
        var mounts = pod["containers"]![0]!["volumeMounts"]!.AsArray().Select(mount => mount!["name"]!.GetValue<string>());
        Assert.AreSequenceEqual(volumes, mounts);
    }

    [TestMethod]
    public void The_schema_refuses_what_is_not_a_job()
    {
        var job = (JsonObject)JsonNode.Parse(Script.Kubernetes("registry/ngram:1", "data"))!;
        job["metadata"]!["name"] = "Not_a_name";
        job["spec"]!["completions"] = "8";
        job["spec"]!["backOffLimit"] = 1;
        job["spec"]!["podFailurePolicy"]!["rules"]![0]!["onExitCodes"]!["values"]![0] = 0;
        job["spec"]!["template"]!["spec"]!["restartPolicy"] = "Always";

        Assert.HasCount(5, JsonSchema.Broken(Schema(), job));
    }

    [TestMethod]
    public void The_image_is_built_from_what_the_repository_has()
    {
        string[] lines = SchedulerScript.Dockerfile().Split('\n');

        Assert.AreSequenceEqual(
            ["FROM", "WORKDIR", "COPY", "RUN", "FROM", "COPY", "ENV", "WORKDIR"],
            lines.Where(line => line.Length > 0 && char.IsAsciiLetterUpper(line[0])).Select(line => line.Split(' ')[0]));
        string publish = lines.Single(line => line.Contains("dotnet publish"));
        string project = publish.Split("dotnet publish ")[1].Split(' ')[0];
        Assert.IsTrue(Directory.Exists(Path.Combine(Here(), "..", "..", "..", project)), project);
        // The first stage's output is what the second takes.
        string output = publish.Split("--output ")[1].Split(' ')[0];
        Assert.Contains(line => line.StartsWith($"COPY --from=build {output} {output}", StringComparison.Ordinal), lines);
        Assert.Contains($"ENV PATH={output}:$PATH", lines);
    }

    private static JsonObject Schema() =>
        (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Here(), "job.schema.json")))!;

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [TestMethod]
    public void HyperQueue_has_a_line() => Assert.AreEqual(
        "hq submit --name ngram-my-sweep --array 0-7 --cpus 1 ngram sweep run 'it'\\''s.json' --shard auto/8 --jobs 1 --quiet",
        Script.HyperQueue());
}
