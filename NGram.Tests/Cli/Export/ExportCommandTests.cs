using System.Globalization;
using System.Text.Json;
using NGram.ML.Interchange;

namespace NGram.Tests.Cli.Export;

[TestClass]
public sealed class ExportCommandTests
{
    private const string Train = "train --quick --batches 5 --epochs 1 --batch-size 16 --vocabulary-size 9 --no-baseline --quiet";

    [TestMethod]
    [DataRow("")]
    [DataRow("--head-dimension 10")] // as the embedding: unused compression, which the notebook's version applies
    [DataRow("--precision float64 --mlp-width 5")]
    [DataRow("--layers 2 --mlp-width 5 --projections per-head --context-window 6")]
    public void A_model_keeps_its_weights_through_every_form(string architecture)
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"{Train} {architecture}".Trim() + $" --output {folder["run"]}").ExitCode);
        var first = CliRun.OfLine(
            $"export --model {folder["run"]} --onnx {folder["a.onnx"]} --zip {folder["a.zip"]} --safetensors "
            + $"{folder["a.safetensors"]}"
        );
        Assert.AreEqual((0, ""), (first.ExitCode, first.Output), first.Error);
        Assert.Contains($"Wrote {folder["a.zip"]}.\n", first.Error);
        Assert.AreEqual(
            (0, ""),
            (
                CliRun.OfLine($"export --quiet --model {folder["a.onnx"]} --zip {folder["b.zip"]}") is var second
                    ? second.ExitCode
                    : 0,
                second.Error));
        Assert.AreEqual(0, CliRun.OfLine($"export --model {folder["b.zip"]} --safetensors {folder["b.safetensors"]}").ExitCode);

        var expected = SavedModel.Load(folder["run"]);
        Assert.IsNotNull(expected.DistributionFile);
        foreach (string name in (string[])["a.onnx", "a.zip", "a.safetensors", "b.zip", "b.safetensors"])
        {
            var model = SavedModel.Load(folder[name]);
            Assert.AreEqual(expected.Architecture, model.Architecture, name);
            Assert.IsNull(model.Vocabulary);
            foreach (var (parameter, tensor) in expected.Parameters)
            {
                Assert.AreSequenceEqual(tensor.Values, model.Parameters[parameter].Values, $"{name} {parameter}");
            }
        }
    }

    [TestMethod]
    public void An_existing_file_is_kept()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.onnx"], "mine");
        var run = CliRun.OfLine($"export --model {folder["a.onnx"]} --onnx {folder["a.onnx"]}");
        Assert.AreEqual(2, run.ExitCode);
        Assert.Contains("--onnx is ", run.Error);
        Assert.AreEqual("mine", File.ReadAllText(folder["a.onnx"]));
    }

    [TestMethod]
    public void A_file_that_holds_no_model_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["m.zip"], "nothing");
        File.WriteAllText(folder["m.txt"], "nothing");
        foreach (string name in (string[])["m.zip", "m.txt"])
        {
            var run = CliRun.OfLine($"export --model {folder[name]} --onnx {folder["a.onnx"]}");
            Assert.AreEqual(1, run.ExitCode);
            Assert.Contains(name, run.Error);
            Assert.HasCount(2, run.Error.Split('\n'));
        }
        Assert.HasCount(2, folder.Entries);
    }

    [TestMethod]
    public void Training_writes_ONNX_and_goes_on_from_its_weights()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"{Train} --onnx --output {folder["a"]}").ExitCode);
        Assert.IsTrue(File.Exists(Path.Combine(folder["a"], "model.onnx")));
        // A step too small to change a float32 leaves the weights where they started.
        string start = Path.Combine(folder["a"], "model.safetensors");
        Assert.AreEqual(
            0,
            CliRun.OfLine($"{Train} --initial-weights {start} --learning-rate 1e-30 --output {folder["b"]}").ExitCode);
        Assert.IsFalse(File.Exists(Path.Combine(folder["b"], "model.onnx")));
        Assert.AreSequenceEqual(File.ReadAllBytes(start), File.ReadAllBytes(Path.Combine(folder["b"], "model.safetensors")));

        var other = CliRun.OfLine($"{Train} --heads 3 --initial-weights {start} --output {folder["c"]}");
        Assert.AreEqual(2, other.ExitCode, other.Error);
        Assert.Contains("--initial-weights is ", other.Error);
        Assert.Contains("attn_seq.", other.Error);
    }

    [TestMethod]
    public void Training_measures_validation_sequences_after_every_epoch()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(
            0,
            CliRun.OfLine($"sample --vocabulary-size 9 --rows 400 --data-seed 5 --quiet --output {folder["v.csv"]}").ExitCode);
        string line =
            $"{Train} --validation {folder["v.csv"]} --learning-rate 0.01 --epochs 3 --json --output {folder["run"]}".Replace(
                " --epochs 1",
                "",
                StringComparison.Ordinal);
        var run = CliRun.OfLine(line);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        string[] rows = File.ReadAllLines(Path.Combine(folder["run"], "validation.csv"));
        Assert.AreEqual("Epoch,Divergence,Accuracy", rows[0]);
        Assert.HasCount(4, rows);
        using var summary = JsonDocument.Parse(run.Output);
        Assert.AreEqual(
            double.Parse(rows[^1].Split(',')[1], CultureInfo.InvariantCulture),
            summary.RootElement.GetProperty("validationDivergence").GetDouble(),
            1e-9);

        var other = CliRun.OfLine(line.Replace(folder["run"], folder["b"], StringComparison.Ordinal) + " --context-window 5");
        Assert.AreEqual(1, other.ExitCode, other.Error);
        Assert.Contains($"{folder["v.csv"]}, line 2: a row of 3 tokens is too short; 5 are needed.", other.Error);
        Assert.HasCount(2, other.Error.Split('\n'), other.Error);
    }
}
