namespace NGram.Tests.Cli.Paths;

/// <summary>What the libraries beneath would leave on a machine is not there after a command.</summary>
[TestClass]
public sealed class CleanHomeTests
{
    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_session_of_ONNX_Runtime_leaves_nothing_in_home_and_temporary_folders()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["tmp"]);
        var run = ShellRun.Of(folder, """HOME=$PWD TMPDIR=$PWD/tmp XDG_CACHE_HOME= XDG_DATA_HOME= "$@" doctor""");

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains("ONNX Runtime       scores", run.Output);
        // The copy of the native library is ours, and stays.
        Assert.IsEmpty(Directory
            .EnumerateFiles(folder[""], "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/NGram/native/", StringComparison.Ordinal)));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void What_the_user_says_of_telemetry_stays()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["tmp"]);
        ShellRun.Of(
            folder,
            """HOME=$PWD TMPDIR=$PWD/tmp XDG_CACHE_HOME= XDG_DATA_HOME= ORT_DISABLE_TELEMETRY=0 "$@" doctor""");
        Assert.AreNotEqual(
            0,
            Directory
                .EnumerateFiles(folder[""], "*", SearchOption.AllDirectories)
                .Count(file => !file.Contains("/NGram/native/", StringComparison.Ordinal)));
    }
}
