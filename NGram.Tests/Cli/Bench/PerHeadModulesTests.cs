using System.Reflection;
using NGram.Cli.Bench.Cases;
using NGram.Cli.Bench.Reference;
using NGram.ML.Models;
using NGram.Tests.ML.Models;
using NGram.Tests.Parity;

namespace NGram.Tests.Cli.Bench;

/// <summary>The bench's yardstick against the original's numbers.</summary>
[TestClass]
[TestCategory("Parity")]
public sealed class PerHeadModulesTests
{
    // Float32 sums in another order: agreement of 1e-4 is what to expect.
    private const double Tolerance = 1e-4;

    public static IEnumerable<object[]> Cases => TorchSharpParityTests.Cases;

    public static string DisplayName(MethodInfo method, object[] data) => TorchSharpParityTests.DisplayName(method, data);

    [TestMethod]
    [DynamicData(nameof(Cases), DynamicDataDisplayName = nameof(DisplayName))]
    public void Its_logits_are_those_of_the_original(string file)
    {
        var parity = new ParityCase(file);
        using NextTokenModel model = parity.Architecture switch
        {
            TransformerArchitecture transformer => new PerHeadModules(transformer),
            var encoder => new ContextModules((SequenceEncoderArchitecture)encoder),
        };
        model.LoadParameters(parity.Initial);
        int window = parity.Architecture.ContextWindow;
        ushort[] prompts = [.. parity.Tokens.Where((_, i) => i % window != window - 1)];
        Close.Norms("logits", parity.Logits, model.Logits(prompts, window - 1), Tolerance);
    }

    [TestMethod]
    public void It_has_a_module_for_every_head_under_the_original_names()
    {
        var architecture = (TransformerArchitecture)BenchCase.All[0].Architecture;
        using var model = new PerHeadModules(architecture);
        CollectionAssert.AreEquivalent(architecture.Parameters.Select(p => p.Name).ToList(), model.GetParameters().Keys.ToList());
    }

    [TestMethod]
    public void The_papers_projections_are_refused()
    {
        var architecture = (TransformerArchitecture)BenchCase.All[0].Architecture;
        var perHead = architecture with { Options = architecture.Options with { Projections = Projections.PerHead } };
        Assert.ThrowsExactly<ArgumentException>(() => new PerHeadModules(perHead));
    }
}
