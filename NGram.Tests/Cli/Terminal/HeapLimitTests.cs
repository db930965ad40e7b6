using NGram.ML.Interchange.Weights;

namespace NGram.Tests.Cli.Terminal;

/// <summary>Memory that ends at any moment: one line that says so, and nothing is left.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class HeapLimitTests
{
    [TestMethod]
    [DataRow("A00000")]
    [DataRow("F00000")]
    [DataRow("4000000")]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_heap_of_so_many_bytes_is_enough_or_one_line_says_that_it_is_not(string bytes)
    {
        using var folder = new TemporaryFolder();
        var run = ShellRun.Of(folder, $"""
            export DOTNET_GCHeapHardLimit=0x{bytes}
            exec "$@" train --quiet --vocabulary-size 100 --batches 1000 --epochs 1 --no-baseline --output run
            """);
        if (run.ExitCode == 0)
        {
            Assert.IsTrue(File.Exists(folder["run/summary.json"]));
            return;
        }
        Assert.IsTrue(run.ExitCode is 1 or 2, run.Error);
        Assert.HasCount(2, run.Error.Split('\n'), run.Error);
        Assert.Contains("memory", run.Error);
        // A training that was done is kept.
        if (run.Error.Contains($"are kept in {folder["run"]}", StringComparison.Ordinal))
            _ = ModelFile.Load(folder["run/model.safetensors"]);
        else
            Assert.IsEmpty(folder.Entries);
    }
}
