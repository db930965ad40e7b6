using NGram.ML.Engines;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.Tests.ML.Models;

/// <summary>The work-out that every model goes through, in float64 against brute force.</summary>
[TestClass]
[TestCategory("Slow")]
public class ModelContractTests
{
    [TestMethod]
    [DynamicData(nameof(Architectures.Names), typeof(Architectures))]
    public void Logits_are_those_of_the_definition(string name)
    {
        var (architecture, weights, tokens) = Case(name);
        using var model = NextTokenModel.Create(architecture, weights);
        double[] logits = model.Logits(Prompts(architecture, tokens), architecture.PromptLength);
        double[] expected = [.. tokens.Chunk(architecture.ContextWindow)
            .SelectMany(row => BruteForce.Logits(architecture, weights, row.AsSpan(..^1)).SelectMany(x => x))];
        Close.Norms("logits", expected, logits, 1e-12);
    }

    [TestMethod]
    [DynamicData(nameof(Architectures.Names), typeof(Architectures))]
    public void Scored_logits_are_the_last_of_all(string name)
    {
        var (architecture, weights, tokens) = Case(name);
        using var model = NextTokenModel.Create(architecture, weights);
        int length = architecture.PromptLength, n = architecture.VocabularySize;
        ushort[] prompts = Prompts(architecture, tokens);
        double[] all = model.Logits(prompts, length);
        for (int first = 0; first < length; first++)
        {
            Close.Norms(
                $"from position {first}",
                [.. all.Chunk(length * n).SelectMany(row => row[(first * n)..])],
                model.Logits(prompts, length, first),
                1e-12);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Architectures.Names), typeof(Architectures))]
    public void Shorter_prompts_have_the_same_logits(string name)
    {
        var (architecture, weights, tokens) = Case(name);
        using var model = NextTokenModel.Create(architecture, weights);
        int length = architecture.PromptLength, n = architecture.VocabularySize;
        ushort[] prompts = Prompts(architecture, tokens);
        double[] all = model.Logits(prompts, length);
        ushort[] first = [.. prompts.Where((_, i) => i % length == 0)];
        Close.Norms(
            "prompts of one token",
            [.. all.Chunk(length * n).SelectMany(row => row[..n])],
            model.Logits(first, 1),
            1e-12);
    }

    [TestMethod]
    [DynamicData(nameof(Architectures.Names), typeof(Architectures))]
    public void Gradients_are_finite_differences(string name)
    {
        var (architecture, weights, tokens) = Case(name);
        var law = TableDistribution.Random(architecture.Order, architecture.VocabularySize, seed: 3);
        foreach (var objective in Enum.GetValues<TrainingObjective>())
        {
            using var engine = new TorchSharpEngine(architecture, weights, objective, law);
            var (result, gradients) = engine.Gradient(tokens);
            // Without weights every row of the exact objective counts as much.
            var target = objective == TrainingObjective.NextToken ? null : law;
            Close.Number(
                $"{objective}: loss",
                BruteForce.Loss(architecture, weights, tokens, target),
                result.CrossEntropy,
                1e-12);
            var expected = BruteForce.Gradient(architecture, weights, tokens, target);
            CollectionAssert.AreEqual(expected.Keys.ToArray(), gradients.Keys.ToArray());
            // Rounding of the loss, 1e-16, over the step, 3e-5, leaves about 1e-11 of a gradient's norm.
            foreach (var (parameter, (_, values)) in expected)
                Close.Norms($"{objective}: gradient of {parameter}", values, gradients[parameter].Values, 1e-6);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Architectures.Names), typeof(Architectures))]
    public void Steps_are_those_of_Adam(string name)
    {
        var (architecture, weights, tokens) = Case(name);
        using var engine = new TorchSharpEngine(architecture, weights, TrainingObjective.NextToken);
        var expected = Copy(weights);
        var moments = weights.ToDictionary(
            p => p.Key,
            p => (First: new double[p.Value.Values.Length], Second: new double[p.Value.Values.Length]));
        for (int step = 1; step <= 4; step++)
        {
            double rate = 0.03 / step;
            // The last batch is smaller, as an epoch's is.
            ushort[] batch = step < 4 ? tokens : tokens[..architecture.ContextWindow];
            using var reference = new TorchSharpEngine(architecture, expected, TrainingObjective.NextToken);
            var (result, gradients) = reference.Gradient(batch);
            Close.Number($"loss of step {step}", result.CrossEntropy, engine.Step(batch, rate).CrossEntropy, 1e-9);
            foreach (var (parameter, (_, values)) in expected)
            {
                var (first, second) = moments[parameter];
                for (int i = 0; i < values.Length; i++)
                {
                    double g = gradients[parameter].Values[i];
                    first[i] = 0.9 * first[i] + 0.1 * g;
                    second[i] = 0.999 * second[i] + 0.001 * g * g;
                    values[i] -=
                        rate
                        * (first[i] / (1 - Math.Pow(0.9, step)))
                        / (Math.Sqrt(second[i] / (1 - Math.Pow(0.999, step))) + 1e-8);
                }
            }
        }
        // Adam amplifies a gradient that is rounding noise (the scores of a prompt of one token): only a part of the rate.
        foreach (var (parameter, (_, values)) in engine.GetParameters())
            Close.Norms(parameter, expected[parameter].Values, values, 1e-6);
    }

    [TestMethod]
    [DynamicData(nameof(Architectures.Names), typeof(Architectures))]
    public void Parameters_and_files_come_back_as_they_went(string name)
    {
        var (architecture, weights, _) = Case(name);
        using var model = NextTokenModel.Create(architecture, weights);
        var parameters = model.GetParameters();
        string folder = Directory.CreateTempSubdirectory("ngram-tests-").FullName;
        try
        {
            string path = Path.Combine(folder, "model.safetensors");
            ModelFile.Save(path, architecture, parameters);
            var (loaded, loadedParameters) = ModelFile.Load(path);
            Assert.AreEqual(architecture, loaded);
            foreach (var state in new[] { parameters, loadedParameters })
            {
                CollectionAssert.AreEqual(architecture.Parameters.Select(p => p.Name).ToArray(), state.Keys.ToArray());
                foreach (var (parameter, shape) in architecture.Parameters)
                {
                    CollectionAssert.AreEqual(shape, state[parameter].Shape, parameter);
                    CollectionAssert.AreEqual(weights[parameter].Values, state[parameter].Values, parameter);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Architectures.Names), typeof(Architectures))]
    public void Loading_is_strict_and_changes_nothing_when_it_fails(string name)
    {
        var (architecture, weights, _) = Case(name);
        using var model = NextTokenModel.Create(architecture, weights);
        var missing = Copy(Architectures.Weights(architecture, seed: 8));
        missing.Remove("unemb.weight");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => model.LoadParameters(missing)).Message,
            "unemb.weight");
        var surplus = Copy(Architectures.Weights(architecture, seed: 8));
        surplus.Add("bias", new ParameterTensor([2], [1, 2]));
        Assert.AreEqual(
            "The tensor bias of shape [2] is not one of this architecture's.",
            Assert.ThrowsExactly<ArgumentException>(() => model.LoadParameters(surplus)).Message);
        var reshaped = Copy(Architectures.Weights(architecture, seed: 8));
        var (shape, values) = reshaped["unemb.weight"];
        reshaped["unemb.weight"] = new ParameterTensor([shape[1], shape[0]], values);
        if (shape[0] != shape[1])
        {
            Assert.AreEqual(
                $"The tensor unemb.weight has the shape [{shape[1]}, {shape[0]}]; it must be [{shape[0]}, {shape[1]}].",
                Assert.ThrowsExactly<ArgumentException>(() => model.LoadParameters(reshaped)).Message);
        }

        foreach (var (parameter, (_, kept)) in model.GetParameters())
            CollectionAssert.AreEqual(weights[parameter].Values, kept);
    }

    private static (Architecture Architecture, StateDict Weights, ushort[] Tokens) Case(string name)
    {
        var architecture = Architectures.All[name];
        return (architecture, Architectures.Weights(architecture), Architectures.Tokens(architecture, rows: 3));
    }

    private static ushort[] Prompts(Architecture architecture, ushort[] tokens) =>
        [.. tokens.Chunk(architecture.ContextWindow).SelectMany(row => row[..^1])];

    private static StateDict Copy(StateDict parameters)
    {
        var copy = new StateDict();
        foreach (var (name, (shape, values)) in parameters)
            copy.Add(name, new ParameterTensor(shape, [.. values]));
        return copy;
    }
}
