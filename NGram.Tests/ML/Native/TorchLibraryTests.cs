using NGram.ML.Native;
using TorchSharp;

namespace NGram.Tests.ML.Native;

[TestClass]
public class TorchLibraryTests
{
    [TestMethod]
    public void Loads_once_from_any_thread()
    {
        var statuses = Enumerable.Range(0, 8).AsParallel().WithDegreeOfParallelism(4).Select(_ => TorchLibrary.Load()).ToList();
        foreach (var status in statuses)
            Assert.AreSame(statuses[0], status);
        using var two = torch.ones(2).sum();
        Assert.AreEqual(2f, two.item<float>());
    }

    [TestMethod]
    public void Says_what_is_loaded()
    {
        var status = TorchLibrary.Load();
        if (!OperatingSystem.IsLinux())
            Assert.Inconclusive("Only on Linux is the path known.");
        StringAssert.Contains(
            File.ReadAllText("/proc/self/maps"),
            status.Patched ? "/memfd:libLibTorchSharp.so" : Resolved(status.Path));
        StringAssert.StartsWith(status.Description, status.Path);
        Assert.AreEqual(status.Patched, status.Description.Contains("copy", StringComparison.Ordinal));
    }

    // The build links libraries into the output folder.
    private static string Resolved(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
