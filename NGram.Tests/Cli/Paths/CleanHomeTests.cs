namespace NGram.Tests.Cli.Paths;

/// <summary>What the libraries beneath would leave on a machine is not there after a command.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class CleanHomeTests
{
    // Nothing else of the environment: where CI is set, ONNX Runtime keeps quiet by itself.
    private const string FreshUser = """env -i PATH="$PATH" DOTNET_ROOT="$DOTNET_ROOT" HOME="$PWD" TMPDIR="$PWD/tmp" """;

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void A_session_of_ONNX_Runtime_leaves_nothing_in_home_and_temporary_folders()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["tmp"]);
        var run = ShellRun.Of(folder, $"""{FreshUser} "$@" doctor""");

        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.Contains("ONNX Runtime       scores", run.Output);
        Assert.IsEmpty(Directory.EnumerateFiles(folder[""], "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    [OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
    public void What_the_user_says_of_telemetry_stays()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["tmp"]);
        ShellRun.Of(folder, $"""{FreshUser} ORT_DISABLE_TELEMETRY=0 "$@" doctor""");
        Assert.IsNotEmpty(Directory.EnumerateFiles(folder[""], "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    [DataRow("HOME=/proc/none TMPDIR=/proc/none")]
    [DataRow("HOME= TMPDIR=")]
    [DataRow("-u HOME -u TMPDIR -u XDG_DATA_HOME")]
    public void No_home_and_no_temporary_folder_are_needed_to_train_and_score(string variables)
    {
        using var folder = new TemporaryFolder();
        var run = ShellRun.Of(folder, $"""
            env {variables} "$@" train --quick --quiet --batches 20 --epochs 1 --engine torchsharp --no-baseline --output run &&
            env {variables} "$@" evaluate --quiet --exact --model run run/model.zip --distribution run --output metrics
            """);
        Assert.AreEqual(0, run.ExitCode, run.Error);
        Assert.IsTrue(File.Exists(folder["metrics/metrics.csv"]));
    }
}
