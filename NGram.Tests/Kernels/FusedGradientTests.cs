using NGram.ML.Kernels;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.Kernels;

[TestClass]
public sealed class FusedGradientTests
{
    /// <summary>The engine's gradient in float32 against central differences of the definition in double.</summary>
    [TestMethod]
    [DataRow(Objective.NextToken)]
    [DataRow(Objective.FullDistribution)]
    public void Transformer_gradients_are_those_of_the_definition(Objective objective)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            Check(RandomModels.Transformer(random), objective, random, seed);
        }
    }

    [TestMethod]
    [DataRow(Objective.NextToken)]
    [DataRow(Objective.FullDistribution)]
    public void Sequence_encoder_gradients_are_those_of_the_definition(Objective objective)
    {
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            Check(RandomModels.SequenceEncoder(random), objective, random, seed);
        }
    }

    private static void Check(Architecture architecture, Objective objective, Random random, int seed)
    {
        // Fewer rows than the vocabulary's tokens and more: the first layer on prefixes and on its table.
        int capacity = random.Next(2, 14), rows = random.Next(1, capacity + 1);
        var weights = RandomModels.Weights(architecture, random);
        var tokens = RandomModels.Tokens(architecture, rows, random);
        var law = objective == Objective.FullDistribution ? new RandomModels.Law(architecture.Order, architecture.VocabularySize) : null;
        using var engine = new FusedEngine(architecture, weights, objective, law, capacity);
        var reference = new ReferenceModel(architecture, weights, law);

        engine.Gradient(RandomModels.Tokens(architecture, capacity, random), out _); // leftovers of a larger batch must not show
        var result = engine.Gradient(tokens, out var gradient);

        var expected = reference.Evaluate(tokens);
        Assert.AreEqual(expected.CrossEntropy, result.CrossEntropy, 2e-6 * Math.Max(1, expected.CrossEntropy), $"loss, seed {seed}");
        Assert.AreEqual(expected.Accuracy, result.Accuracy, 1e-9, $"accuracy, seed {seed}");
        foreach (var (name, tensor) in gradient)
        {
            double difference = 0, norm = 0;
            for (int sample = 0; sample < 4; sample++)
            {
                int element = random.Next(tensor.Values.Length);
                double derivative = reference.Derivative(tokens, name, element);
                difference += Math.Pow(derivative - tensor.Values[element], 2);
                norm += derivative * derivative;
            }
            Assert.IsLessThanOrEqualTo(1e-5 * Math.Sqrt(norm) + 1e-7, Math.Sqrt(difference), $"{name}, seed {seed}, {architecture}");
        }
    }
}
