using NGram.ML.Engines;
using NGram.ML.Fused;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.Tests.ML.Models;
using NGram.Tests.Parity;

namespace NGram.Tests.ML.Fused;

/// <summary>
/// The fused engine's gradient in float32, on vectors of every width, against libtorch's in float64: every tensor, norm of the
/// difference over the norm.
/// </summary>
[TestClass]
public sealed class FusedGradientTests
{
    private const double Tolerance = 1e-5;

    /// <summary>
    /// A gradient that is a small difference of large terms has fewer digits in float32: libtorch's own error is the measure
    /// then. Two roundings are two draws, which may be some times apart.
    /// </summary>
    private const double FactorToTorch = 4;

    /// <summary>
    /// Of the largest tensor's norm: five units in the last place of float32. Small gradients are differences of terms of that
    /// size, rounded to a unit each, and there libtorch's error may by luck be far less than that and is not a measure.
    /// </summary>
    private const double Floor = 3e-7;

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DataRow(0, 100, TrainingObjective.NextToken)]
    [DataRow(100, 200, TrainingObjective.NextToken)]
    [DataRow(200, 300, TrainingObjective.FullDistribution)]
    public void Random_transformers_agree_with_TorchSharp(int firstSeed, int endSeed, TrainingObjective objective) =>
        Compare(firstSeed, endSeed, objective, RandomModels.Transformer);

    [TestMethod]
    [DataRow(0, 60, TrainingObjective.NextToken)]
    [DataRow(60, 120, TrainingObjective.FullDistribution)]
    public void Random_sequence_encoders_agree_with_TorchSharp(int firstSeed, int endSeed, TrainingObjective objective) =>
        Compare(firstSeed, endSeed, objective, RandomModels.SequenceEncoder);

    [TestMethod]
    [TestCategory("Parity")]
    [DynamicData(
        nameof(TorchSharpParityTests.Cases),
        typeof(TorchSharpParityTests),
        DynamicDataDisplayName = nameof(TorchSharpParityTests.DisplayName),
        DynamicDataDisplayNameDeclaringType = typeof(TorchSharpParityTests)
    )]
    public void Parity_cases_agree_with_TorchSharp(string file)
    {
        var parity = new ParityCase(file);
        foreach (var objective in Enum.GetValues<TrainingObjective>())
        {
            using var torch = new TorchSharpEngine(InDouble(parity.Architecture), parity.Initial, objective, parity.Distribution);
            foreach (int lanes in VectorWidths.All)
            {
                using var fused = new FusedEngine(
                    parity.Architecture, parity.Initial, objective, parity.Distribution, 64, lanes);
                double error = LargestError(fused, torch, parity.Tokens, file, () => throw new AssertFailedException(file));
                TestContext.WriteLine($"{objective}, {lanes} lanes: {error:E2}");
            }
        }
    }

    private void Compare(int firstSeed, int endSeed, TrainingObjective objective, Func<Random, Architecture> draw)
    {
        double worst = 0;
        for (int seed = firstSeed; seed < endSeed; seed++)
        {
            var random = new Random(seed);
            var architecture = draw(random);
            // Fewer rows than the vocabulary's tokens and more: the first layer on prefixes and on its table.
            int capacity = random.Next(2, 40), rows = random.Next(1, capacity + 1);
            var weights = RandomModels.Weights(architecture, random);
            var law = new RandomModels.Law(architecture.Order, architecture.VocabularySize);
            using var torch = new TorchSharpEngine(InDouble(architecture), weights, objective, law);
            ushort[] before = RandomModels.Tokens(architecture, capacity, random),
                tokens = RandomModels.Tokens(architecture, rows, random);
            foreach (int lanes in VectorWidths.All)
            {
                using var fused = new FusedEngine(architecture, weights, objective, law, capacity, lanes);
                // What a larger batch leaves behind must not show.
                fused.Gradient(before, out _);
                worst = Math.Max(worst, LargestError(fused, torch, tokens, $"seed {seed}, {lanes} lanes, {architecture}", () =>
                {
                    using var single = new TorchSharpEngine(architecture, weights, objective, law);
                    return single.Gradient(tokens);
                }));
            }
        }
        TestContext.WriteLine($"largest error {worst:E2}");
    }

    private static double LargestError(
        FusedEngine fused,
        TorchSharpEngine torch,
        ushort[] tokens,
        string what,
        Func<(BatchResult, StateDict Gradients)> torchInSingle)
    {
        var result = fused.Gradient(tokens, out var gradients);
        var (expectedResult, expected) = torch.Gradient(tokens);
        Assert.AreEqual(expectedResult.CrossEntropy, result.CrossEntropy, 1e-6 * Math.Max(1, expectedResult.CrossEntropy), what);
        Assert.AreEqual(expectedResult.Accuracy, result.Accuracy, 1e-6, what);
        double worst = 0, largest = expected.Values.Max(tensor => Close.Norm(tensor.Values));
        foreach (var (name, tensor) in gradients)
        {
            double norm = Close.Norm(expected[name].Values), difference = Difference(tensor, expected[name]);
            if (difference <= Tolerance * norm)
            {
                worst = Math.Max(worst, norm > 0 ? difference / norm : 0);
            }
            else
            {
                double allowed = Math.Max(
                    Floor * largest, FactorToTorch * Difference(torchInSingle().Gradients[name], expected[name]));
                // Negated, so that a NaN fails.
                if (!(difference <= allowed))
                    Assert.Fail($"{name}, {what}: the difference has the norm {difference}; {allowed} is allowed.");
            }
        }
        return worst;
    }

    private static double Difference(ParameterTensor tensor, ParameterTensor expected) =>
        Close.Norm(tensor.Values.Zip(expected.Values, (a, b) => a - b));

    private static Architecture InDouble(Architecture architecture) =>
        architecture switch
        {
            TransformerArchitecture transformer => transformer with
            {
                Options = transformer.Options with { Precision = ModelPrecision.Float64 },
            },
            SequenceEncoderArchitecture encoder => encoder with
            {
                Options = encoder.Options with { Precision = ModelPrecision.Float64 },
            },
            _ => throw new NotSupportedException(),
        };
}
