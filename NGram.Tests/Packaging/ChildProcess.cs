using System.Diagnostics;
using System.Runtime.InteropServices;

namespace NGram.Tests.Packaging;

/// <summary>A program run to its end in a folder.</summary>
internal static class ChildProcess
{
    /// <summary>The .NET installation that runs these tests, for programs that look for theirs.</summary>
    private static readonly string DotnetRoot = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Runs dotnet; it must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public static string Dotnet(string folder, params string[] arguments) =>
        Run(folder, Path.Combine(DotnetRoot, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"), arguments);

    /// <summary>Runs a program; it must succeed.</summary>
    /// <returns>Standard output, followed by the diagnostics.</returns>
    public static string Run(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["DOTNET_ROOT"] = DotnetRoot,
                ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
                ["DOTNET_NOLOGO"] = "1",
                ["DOTNET_CLI_UI_LANGUAGE"] = "en",
                // Servers would outlive the test and hold its folder.
                ["MSBUILDDISABLENODEREUSE"] = "1",
                ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
                ["UseSharedCompilation"] = "false",
            },
        };
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync();
        string output = child.StandardOutput.ReadToEnd() + errors.GetAwaiter().GetResult();
        child.WaitForExit();
        Assert.AreEqual(0, child.ExitCode, $"{program} {string.Join(' ', arguments)}\n{output}");
        return output;
    }
}
