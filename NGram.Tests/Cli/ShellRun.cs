using System.Diagnostics;

namespace NGram.Tests.Cli;

/// <summary>The built executable, run by a shell: under limits, and with streams that fail.</summary>
internal sealed record ShellRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Runs a script in a folder; "$@" is the executable, of which arguments follow.</summary>
    public static ShellRun Of(TemporaryFolder folder, string script)
    {
        using var process = Process.Start(
            new ProcessStartInfo("sh", ["-c", script, "sh", "dotnet", Path.Combine(AppContext.BaseDirectory, "ngram.dll")])
            {
                WorkingDirectory = folder[""],
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                // The runtime keeps what it writes to execute in a file in memory, which a limit of file sizes would forbid.
                Environment = { ["DOTNET_EnableWriteXorExecute"] = "0", ["DOTNET_EnableDiagnostics"] = "0" },
            }
        )!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"it did not end: {script}");
        }
        return new(process.ExitCode, output.Result, error.Result);
    }

    /// <summary>An exit code, and an error stream of one line that says something and holds no stack trace.</summary>
    public void AssertFailed(int code, string expected)
    {
        Assert.AreEqual(code, ExitCode, Error);
        Assert.HasCount(2, Error.Split('\n'), Error);
        Assert.StartsWith("ngram ", Error);
        Assert.Contains(expected, Error);
        Assert.DoesNotContain("this is a bug", Error);
    }
}
