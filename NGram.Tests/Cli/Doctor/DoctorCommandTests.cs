using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using NGram.Cli.Doctor;
using NGram.Cli.Terminal;
using NGram.ML.Native;

namespace NGram.Tests.Cli.Doctor;

[TestClass]
public sealed class DoctorCommandTests
{
    [TestMethod]
    public void It_finds_that_everything_runs_where_these_tests_run()
    {
        var run = CliRun.Of("doctor");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error), run.Output);
        foreach (
            string name in (string[])
                [
                    "runtime", "processor", "vectors", "lanes", "together", "memory", "threads", "ML.NET", "TorchSharp",
                    "ONNX Runtime",
                ]
        )
        {
            Assert.MatchesRegex($@"(^|\n){name} +\S", run.Output);
        }

        Assert.Contains(TorchLibrary.Load().Path, run.Output);
        foreach (var check in SelfChecks.All)
            Assert.MatchesRegex($@"\nok +{check.Name}  ", run.Output);
    }

    [TestMethod]
    public void Json_has_machine_libraries_and_checks()
    {
        var run = CliRun.Of("doctor", "--json");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        using var json = JsonDocument.Parse(run.Output);
        var root = json.RootElement;
        Assert.AreEqual(RuntimeInformation.FrameworkDescription, root.GetProperty("machine").GetProperty("runtime").GetString());
        Assert.AreEqual(Environment.ProcessorCount, root.GetProperty("machine").GetProperty("cores").GetInt32());
        Assert.AreEqual(TorchLibrary.Load().Patched, root.GetProperty("libraries").GetProperty("libtorchPatched").GetBoolean());
        foreach (string name in (string[])["version", "mlNet", "torchSharp", "libtorch", "onnxRuntime"])
            Assert.MatchesRegex(@"^\d+\.\d+\.\d+$", root.GetProperty("libraries").GetProperty(name).GetString()!);
        var widths = root.GetProperty("vectors").GetProperty("widths").EnumerateArray();
        CollectionAssert.AreEqual((int[])[4, 8, 16], widths.Select(width => width.GetProperty("lanes").GetInt32()).ToList());
        Assert.IsGreaterThan(1e9, widths.Max(width => width.GetProperty("peak").GetDouble()));
        foreach (var check in root.GetProperty("checks").EnumerateArray())
            Assert.IsTrue(check.GetProperty("passed").GetBoolean(), check.ToString());
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("--quiet")]
    [DataRow("--json")]
    public void What_cannot_run_is_named_with_its_remedy_and_exit_code_1(string flag)
    {
        SelfCheck[] checks =
        [
            new("sound", "Leave it.", () => "hums"),
            new("broken", "Turn it off and on.", () => throw new InvalidOperationException("It smokes.")),
        ];
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        using var streams = new StandardStreams(output, error);
        int code = new DoctorCommand(streams, checks).Parse(flag).Invoke();
        string text = Encoding.UTF8.GetString(output.ToArray());

        Assert.AreEqual(ExitCode.Failed, code);
        Assert.AreEqual("ngram doctor: broken cannot run here.\n", error.ToString());
        Assert.Contains("It smokes.", text);
        Assert.Contains("Turn it off and on.", text);
        Assert.AreEqual(flag != "--quiet", text.Contains("hums", StringComparison.Ordinal), text);
        Assert.DoesNotContain("Leave it.", text);
    }

    [TestMethod]
    public void What_the_platform_has_no_build_of_is_said_and_nothing_is_wrong()
    {
        var check = new SelfCheck("libtorch", "All else runs.", () => throw new DllNotFoundException("None."), IsNeeded: false);
        using var output = new MemoryStream();
        using var error = new StringWriter();
        using var streams = new StandardStreams(output, error);
        Assert.AreEqual(ExitCode.Done, new DoctorCommand(streams, [check]).Parse("").Invoke());
        Assert.MatchesRegex(@"\nnone +libtorch +None\. All else runs\.", Encoding.UTF8.GetString(output.ToArray()));
        Assert.AreEqual("", error.ToString());
    }

    [TestMethod]
    public void Quiet_says_nothing_where_all_is_well()
    {
        var run = CliRun.Of("doctor", "--quiet");
        Assert.AreEqual((0, "", ""), (run.ExitCode, run.Output, run.Error));
    }
}
