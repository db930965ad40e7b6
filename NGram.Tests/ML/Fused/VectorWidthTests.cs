using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using NGram.ML.Engines;
using NGram.ML.Fused;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.Tests.ML.Models;

namespace NGram.Tests.ML.Fused;

/// <summary>
/// The kernels on other processors: child processes run the gradients' tests with instruction sets switched off, so that wider
/// vectors are put together from narrower ones.
/// </summary>
[TestClass]
[TestCategory("Slow")]
public sealed class VectorWidthTests
{
    private const string ExpectedLanes = "NGRAM_TEST_LANES";

    [TestMethod]
    [DataRow("EnableAVX2=0", 4)]
    [DataRow("EnableAVX512=0", 8)]
    public void Gradients_agree_with_TorchSharp(string variable, int lanes)
    {
        if (!Avx2.IsSupported)
            Assert.Inconclusive("This processor has no wider vectors to switch off.");
        string[] setting = variable.Split('=');
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "NGram.Tests.exe" : "NGram.Tests"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [$"DOTNET_{setting[0]}"] = setting[1], [ExpectedLanes] = $"{lanes}" },
            ArgumentList = { "--filter", $"FullyQualifiedName~{nameof(VectorWidthTests)}.{nameof(In_a_child_process)}" },
        };
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync();
        string output = child.StandardOutput.ReadToEnd() + errors.Result;
        child.WaitForExit();
        Assert.AreEqual(0, child.ExitCode, output);
        StringAssert.Contains(output, "succeeded: 1");
    }

    /// <summary>What the child runs: that the switch took, and gradients and steps against libtorch.</summary>
    [TestMethod]
    public void In_a_child_process()
    {
        if (Environment.GetEnvironmentVariable(ExpectedLanes) is { } lanes)
            Assert.AreEqual(lanes, $"{VectorWidths.InHardware.Max()}");
        for (int seed = 0; seed < 12; seed++)
        {
            var random = new Random(seed);
            Architecture architecture = seed % 5 == 0 ? RandomModels.SequenceEncoder(random) : RandomModels.Transformer(random);
            var weights = RandomModels.Weights(architecture, random);
            var law = new RandomModels.Law(architecture.Order, architecture.VocabularySize);
            var objective = (TrainingObjective)(seed / 2 % 2);
            using var fused = new FusedEngine(architecture, weights, objective, law, 20, VectorWidths.All[seed % 3]);
            using var torch = new TorchSharpEngine(architecture, weights, objective, law);
            ushort[] tokens = RandomModels.Tokens(architecture, 20, random);
            fused.Gradient(tokens, out var gradients);
            var expected = torch.Gradient(tokens).Gradients;
            // Both sides are float32 here.
            foreach (var (name, tensor) in gradients)
                Close.Norms($"{name}, seed {seed}", expected[name].Values, tensor.Values, 1e-4);
            Assert.AreEqual(torch.Step(tokens, 1e-3).CrossEntropy, fused.Step(tokens, 1e-3).CrossEntropy, 1e-5);
            Assert.AreEqual(torch.Step(tokens, 1e-3).CrossEntropy, fused.Step(tokens, 1e-3).CrossEntropy, 1e-4);
        }
    }
}
