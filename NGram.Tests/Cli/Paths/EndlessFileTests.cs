using System.Diagnostics;

namespace NGram.Tests.Cli.Paths;

/// <summary>
/// A file whose reader never ends, in a process of its own: the thread that reads it spins as long as the process lives.
/// </summary>
[TestClass]
public sealed class EndlessFileTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void A_Parquet_file_cut_within_a_number_is_given_up()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"train --quick --batches 2 --no-baseline --quiet --output {folder["run"]}").ExitCode);
        // Its description is one field, an integer whose last byte says that there is another.
        File.WriteAllBytes(folder["cut.parquet"], [.. "PAR1"u8, 0x15, 0x80, 2, 0, 0, 0, .. "PAR1"u8]);
        using var process = Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    Path.Combine(AppContext.BaseDirectory, "ngram.dll"),
                    "evaluate",
                    "--model",
                    folder["run"],
                    "--data",
                    folder["cut.parquet"],
                    "--output",
                    folder["metrics"],
                    "--quiet",
                ])
            {
                RedirectStandardError = true,
            }
        )!;
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)))
        {
            process.Kill();
            Assert.Fail("it did not end");
        }
        Assert.AreEqual(1, process.ExitCode);
        Assert.Contains("cut.parquet is not a Parquet file", error.Result);
        Assert.IsFalse(Directory.Exists(folder["metrics"]));
    }
}
