using NGram.Tests.Cli;

namespace NGram.Tests.ML.Native;

/// <summary>Which native libraries a whole process opens, as the dynamic linker of glibc tells it.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class LibtorchUseTests
{
    [TestMethod]
    public void Float32_trains_saves_scores_evaluates_and_reports_without_libtorch()
    {
        using var folder = new TemporaryFolder();
        AssertOpens(folder, expected: false, "train --quick --onnx --output run");
        AssertOpens(folder, expected: false, "sample --distribution run --rows 1000 --output rows.csv");
        AssertOpens(folder, expected: false, "train --data rows.csv --validation rows.csv --epochs 1 --output own");
        AssertOpens(folder, expected: false, "evaluate --model run --data rows.csv --exact --output metrics");
        AssertOpens(folder, expected: false, "predict --model run 3,17");
        AssertOpens(folder, expected: false, "generate --model run --length 5 3,17");
        AssertOpens(folder, expected: false, "export --model run --zip model.zip --safetensors model.safetensors");
        AssertOpens(folder, expected: false, "evaluate --model model.zip --data rows.csv --output again");
    }

    [TestMethod]
    public void Its_engine_and_float64_open_it()
    {
        using var folder = new TemporaryFolder();
        const string Short = "train --quick --epochs 1 --batches 2 --no-baseline";
        AssertOpens(folder, expected: true, $"{Short} --engine torchsharp --output engine");
        AssertOpens(folder, expected: true, $"{Short} --precision float64 --output double");
        AssertOpens(folder, expected: true, "predict --model double 3,17");
    }

    private static void AssertOpens(TemporaryFolder folder, bool expected, string command)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("The dynamic linker of other systems does not tell what it opens.");
        var run = ShellRun.Of(folder, $"LD_DEBUG=files LD_DEBUG_OUTPUT=./opened \"$@\" {command}");
        Assert.AreEqual(0, run.ExitCode, run.Error);
        string[] logs = [.. folder.Entries.Where(entry => entry.StartsWith("opened.", StringComparison.Ordinal))];
        string[] lines = [.. logs.SelectMany(log => File.ReadLines(folder[log]))];
        if (!lines.Any(line => line.Contains("libclrjit", StringComparison.Ordinal)))
            Assert.Inconclusive("This dynamic linker does not tell what it opens.");
        string? opened = lines.FirstOrDefault(line =>
            line.Contains("libtorch", StringComparison.OrdinalIgnoreCase)
            || line.Contains("LibTorchSharp", StringComparison.OrdinalIgnoreCase));
        Assert.AreEqual(expected, opened is not null, $"{command}: {opened}");
        Array.ForEach(logs, log => File.Delete(folder[log]));
    }
}
