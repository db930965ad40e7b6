using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Inspection;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.Tests.ML.Inspection;

/// <summary>Tables, shares and ablations, against the model's own logits on libtorch.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class ModelInspectionTests
{
    private static readonly TransformerOptions Small = new()
    {
        EmbeddingDimension = 5,
        HeadDimension = 4,
        Heads = 3,
        SubHeads = 2,
    };

    public static IEnumerable<object[]> Cases =>
    [
        ["shared", Small, 3],
        ["shared, d_h = d", Small with { EmbeddingDimension = 4 }, 3],
        ["per head", Small with { Projections = Projections.PerHead }, 3],
        ["per head, three tokens", Small with { Projections = Projections.PerHead, SubHeads = 1 }, 4],
        ["two layers", Small with { Layers = 2 }, 3],
        ["MLP", Small with { Layers = 2, MlpWidth = 6, MlpDepth = 2 }, 3],
    ];

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Of_one_layer_the_tables_are_the_whole_model(string name, TransformerOptions options, int window)
    {
        if (options.Layers > 1)
            return;
        var (architecture, parameters, law) = Create(options, window);
        var inspection = new ModelInspection(architecture, parameters, law);
        using var module = NextTokenModel.Create(architecture, parameters);
        int n = architecture.VocabularySize, d = options.EmbeddingDimension, length = window - 1;
        var tables = Enumerable.Range(0, inspection.Heads.Count).Select(inspection.Tables).ToList();
        Assert.HasCount(options.Heads * options.SubHeads, tables);
        foreach (var prompt in law.EnumeratePrompts(length))
        {
            double[] logits = new double[n], words = parameters["word_emb.weight"].Values;
            int last = prompt.Tokens[^1];
            for (int t = 0; t < n; t++)
            {
                for (int i = 0; i < d; i++)
                    logits[t] += parameters["unemb.weight"].Values[t * d + i] * words[last * d + i];
            }
            foreach (var head in tables)
            {
                double Weight(ushort token, int j) => Math.Exp(head.QueryKey[last, token] + head.QueryPosition[last, j]);
                double[] weights = [.. prompt.Tokens.Select(Weight)];
                double sum = weights.Sum();
                for (int j = 0; j < length; j++)
                {
                    for (int t = 0; t < n; t++)
                        logits[t] += weights[j] / sum * (head.ValueOutput[prompt.Tokens[j], t] + head.PositionOutput[j, t]);
                }
            }
            double[] expected = module.Logits(prompt.Tokens, length)[^n..];
            for (int t = 0; t < n; t++)
                Assert.AreEqual(expected[t], logits[t], 1e-10, name);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void A_head_is_what_is_lost_when_its_output_is_zero(string name, TransformerOptions options, int window)
    {
        var (architecture, parameters, law) = Create(options, window);
        var inspection = new ModelInspection(architecture, parameters, law);
        bool[] held = Held(architecture, parameters, law);
        Assert.AreEqual(held.LongCount(one => one), inspection.Facts);
        int width = options.HeadDimension / options.SubHeads;
        foreach (var head in inspection.Heads)
        {
            var copy = Copy(parameters);
            var output = copy[$"attn_seq.{head.Place.Layer}.{head.Place.Module}.out_proj.weight"];
            for (int i = 0; i < output.Values.Length; i++)
            {
                if (i % options.HeadDimension / width == head.Place.Head)
                    output.Values[i] = 0;
            }
            bool[] without = Held(architecture, copy, law);
            Assert.AreEqual(without.LongCount(one => one), head.FactsWithout, name);
            Assert.AreEqual(held.Zip(without).LongCount(pair => pair is (true, false)), head.FailWithout, name);
        }
        Assert.IsTrue(inspection.Heads.Any(head => head.FailWithout > 0), "or the test shows nothing");
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_shares_of_the_parts_are_the_whole_logit(string name, TransformerOptions options, int window)
    {
        var (architecture, parameters, law) = Create(options, window);
        var inspection = new ModelInspection(architecture, parameters, law);
        double sum = inspection.EmbeddingShare + inspection.MlpShare + inspection.Heads.Sum(head => head.LogitShare);
        Assert.AreEqual(1, sum, 1e-10, name);
        if (options.Layers > 1)
            return;
        // The direct effect of one layer's head is what its removal changes.
        double Whole(StateDict weights)
        {
            using var module = NextTokenModel.Create(architecture, weights);
            double[] pi = new double[architecture.VocabularySize];
            return law.EnumeratePrompts(window - 1).Sum(prompt =>
            {
                law.GetProbabilities(prompt.Tokens, pi);
                double[] logits = module.Logits(prompt.Tokens, window - 1)[^pi.Length..];
                return prompt.Probability * (logits[Array.IndexOf(pi, pi.Max())] - logits.Average());
            });
        }
        var first = Copy(parameters);
        int width = options.HeadDimension / options.SubHeads;
        double[] output = first["attn_seq.0.0.out_proj.weight"].Values;
        for (int i = 0; i < output.Length; i++)
            output[i] = i % options.HeadDimension / width == 0 ? 0 : output[i];
        Assert.AreEqual(1 - Whole(first) / Whole(parameters), inspection.Heads[0].LogitShare, 1e-8, name);
    }

    [TestMethod]
    public void Attention_to_the_first_token_is_a_softmax_of_the_tables()
    {
        var (architecture, parameters, law) = Create(Small, 3);
        var inspection = new ModelInspection(architecture, parameters, law);
        double mean = 0;
        double[,] picture = inspection.AttentionToFirst(4)!;
        var table = inspection.Tables(4);
        foreach (var prompt in law.EnumeratePrompts(2))
        {
            var (first, last) = (prompt.Tokens[0], prompt.Tokens[1]);
            double a = Math.Exp(table.QueryKey[last, first] + table.QueryPosition[last, 0]);
            double b = Math.Exp(table.QueryKey[last, last] + table.QueryPosition[last, 1]);
            Assert.AreEqual(a / (a + b), picture[first, last], 1e-12);
            mean += prompt.Probability * a / (a + b);
        }
        Assert.AreEqual(mean, inspection.Heads[4].AttentionToFirst, 1e-12);
        Assert.AreEqual(2 * 7, picture.Cast<double>().Count(double.IsNaN), "two first tokens are impossible");
        var (longer, weights, other) = Create(Small, 4);
        Assert.IsNull(new ModelInspection(longer, weights, other).AttentionToFirst(0));
    }

    // Weights with spread scores, so that heads differ; of the first token two are impossible.
    private static (TransformerArchitecture Architecture, StateDict Parameters, NGramDistribution Law) Create(
        TransformerOptions options, int window)
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = 7,
            ContextWindow = window,
            Order = 3,
            Options = options with { Precision = ModelPrecision.Float64 },
        };
        var parameters = Initialization.Create(architecture, 5);
        foreach (var tensor in parameters.Values)
        {
            for (int i = 0; i < tensor.Values.Length; i++)
                tensor.Values[i] *= 2.5;
        }
        return (architecture, parameters, new PowerLaw { VocabularySize = 7, Supports = [5, 7, 2] }.CreateDistribution(3));
    }

    private static StateDict Copy(StateDict parameters)
    {
        var copy = new StateDict();
        foreach (var (name, (shape, values)) in parameters)
            copy.Add(name, new(shape, [.. values]));
        return copy;
    }

    private static bool[] Held(TransformerArchitecture architecture, StateDict parameters, NGramDistribution law)
    {
        using var module = NextTokenModel.Create(architecture, parameters);
        double[] pi = new double[architecture.VocabularySize];
        return [.. law.EnumeratePrompts(architecture.PromptLength).Select(prompt =>
        {
            law.GetProbabilities(prompt.Tokens, pi);
            double[] logits = module.Logits(prompt.Tokens, architecture.PromptLength)[^pi.Length..];
            return pi[Array.IndexOf(logits, logits.Max())] == pi.Max();
        })];
    }
}
