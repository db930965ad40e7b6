using System.Reflection;
using NGram.ML.Engines;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.Tests.ML.Models;

namespace NGram.Tests.Parity;

/// <summary>The models and the TorchSharp engine against the original's numbers.</summary>
[TestClass]
[TestCategory("Parity")]
public class TorchSharpParityTests
{
    // Float32 sums in another order: agreement of 1e-4 is what to expect.
    private const double Tolerance = 1e-4;

    public static IEnumerable<object[]> Cases =>
        Directory.GetFiles(ParityCase.Folder, "*.json").Order(StringComparer.Ordinal).Select(f => new object[] { f });

    public static string DisplayName(MethodInfo method, object[] data)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(data);
        return $"{method.Name}({Path.GetFileName((string)data[0])})";
    }

    [TestMethod]
    [DynamicData(nameof(Cases), DynamicDataDisplayName = nameof(DisplayName))]
    public void Outputs_and_gradients_are_those_of_the_original(string file)
    {
        var parity = new ParityCase(file);
        CheckLogits(parity);
        CheckLosses(parity);
        CheckGradients(parity);
        CheckAdamSteps(parity);
    }

    private static void CheckLogits(ParityCase parity)
    {
        using var model = NextTokenModel.Create(parity.Architecture, parity.Initial);
        int window = parity.Architecture.ContextWindow;
        ushort[] prompts = [.. parity.Tokens.Where((_, i) => i % window != window - 1)];
        double[] logits = model.Logits(prompts, window - 1);
        Close.Norms("logits", parity.Logits, logits, Tolerance);
    }

    private static void CheckLosses(ParityCase parity)
    {
        double entropy = parity.Number("entropy");
        var (nextToken, _) = Gradient(parity, TrainingObjective.NextToken);
        Close.Number(
            "divergence_next_token",
            parity.Number("divergence_next_token"),
            nextToken.CrossEntropy - entropy,
            Tolerance);
        Close.Number("accuracy", parity.Number("accuracy"), nextToken.Accuracy, Tolerance);
        var (fullDistribution, _) = Gradient(parity, TrainingObjective.FullDistribution);
        Close.Number(
            "divergence_full_distribution",
            parity.Number("divergence_full_distribution"),
            fullDistribution.CrossEntropy - entropy,
            Tolerance);
    }

    private static void CheckGradients(ParityCase parity)
    {
        var (_, gradients) = Gradient(parity, TrainingObjective.NextToken);
        foreach (var (name, expected) in parity.Gradients)
            Close.Norms($"gradient.{name}", expected, gradients[name].Values, Tolerance);
        foreach (var (name, expected) in parity.Norms("gradient_norms"))
            Close.Number($"gradient norm of {name}", expected, Close.Norm(gradients[name].Values), Tolerance);
    }

    private static void CheckAdamSteps(ParityCase parity)
    {
        using var engine = new TorchSharpEngine(parity.Architecture, parity.Initial, TrainingObjective.NextToken);
        double[] expected = parity.Numbers("adam_losses_5_steps");
        for (int step = 0; step < expected.Length; step++)
        {
            double loss = engine.Step(parity.Tokens, parity.Number("adam_lr")).CrossEntropy - parity.Number("entropy");
            Close.Number($"loss of step {step}", expected[step], loss, Tolerance);
        }
        var parameters = engine.GetParameters();
        foreach (var (name, norm) in parity.Norms("parameter_norms_after_5_steps"))
            Close.Number($"norm of {name} after the steps", norm, Close.Norm(parameters[name].Values), Tolerance);
    }

    private static (BatchResult Result, StateDict Gradients) Gradient(ParityCase parity, TrainingObjective objective)
    {
        using var engine = new TorchSharpEngine(parity.Architecture, parity.Initial, objective, parity.Distribution);
        return engine.Gradient(parity.Tokens);
    }
}
