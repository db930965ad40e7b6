using NGram.ML.Models;

namespace NGram.Tests.ML.Models;

[TestClass]
public class InitializationTests
{
    private static readonly TransformerArchitecture Architecture = new()
    {
        VocabularySize = 400,
        Order = 3,
        ContextWindow = 60,
        Options = new() { EmbeddingDimension = 25, HeadDimension = 16, Heads = 3, Layers = 2, MlpWidth = 100, MlpDepth = 2 },
    };

    [TestMethod]
    [DataRow("word_emb.weight", 25)]
    [DataRow("pos_emb.weight", 16)]
    [DataRow("attn_seq.1.2.in_proj_weight", (48 + 16) / 6.0)] // Xavier: 6 / (rows + columns) = 1 / ((rows + columns) / 6)
    [DataRow("attn_seq.0.0.out_proj.weight", 16)]
    [DataRow("linear_compress.weight", 25)]
    [DataRow("linear_decompress.weight", 16)]
    [DataRow("mlp_seq.0.0.weight", 25)]
    [DataRow("mlp_seq.0.0.bias", 25)]
    [DataRow("mlp_seq.1.2.weight", 100)]
    [DataRow("mlp_seq.1.2.bias", 100)]
    [DataRow("mlp_seq.1.4.weight", 100)]
    [DataRow("unemb.weight", 25)]
    public void Weights_are_uniform_up_to_one_over_the_root(string name, double inverseSquare)
    {
        double limit = 1 / Math.Sqrt(inverseSquare);
        double[] values = Initialization.Create(Architecture, 5)[name].Values;
        Assert.IsTrue(values.All(x => Math.Abs(x) <= (float)limit), "range");
        // The chance that all n values stay 10/n away from an end is e^-10.
        Assert.IsGreaterThan(limit * (1 - 20.0 / values.Length), values.Max());
        Assert.IsLessThan(-limit * (1 - 20.0 / values.Length), values.Min());
        // Five standard errors: of the mean limit / sqrt(3 n), of the mean square 2 limit^2 / sqrt(45 n).
        Assert.AreEqual(0, values.Average(), 5 * limit / Math.Sqrt(3 * values.Length));
        Assert.AreEqual(limit * limit / 3, values.Average(x => x * x), 5 * 2 * limit * limit / Math.Sqrt(45 * values.Length));
    }

    [TestMethod]
    public void A_tensor_depends_on_the_seed_and_its_name_only()
    {
        var first = Initialization.Create(Architecture, 5);
        var deeper = Initialization.Create(
            Architecture with
            {
                Options = Architecture.Options with { Layers = 4, Heads = 5 },
            },
            5);
        foreach (var (name, tensor) in first)
            CollectionAssert.AreEqual(tensor.Values, deeper[name].Values, name);
        var other = Initialization.Create(Architecture, 6);
        foreach (var (name, tensor) in first)
            CollectionAssert.AreNotEqual(tensor.Values, other[name].Values, name);
        // Two tensors of one shape are uncorrelated: five standard errors of 768 products.
        var (a, b) = (first["attn_seq.0.0.in_proj_weight"].Values, first["attn_seq.0.1.in_proj_weight"].Values);
        Assert.AreEqual(0, a.Zip(b, (x, y) => x * y).Sum() / (Close.Norm(a) * Close.Norm(b)), 5 / Math.Sqrt(a.Length));
    }

    [TestMethod]
    public void Float32_weights_are_what_float32_holds()
    {
        double[] values = Initialization.Create(Architecture, 5)["unemb.weight"].Values;
        Assert.IsTrue(values.All(x => x == (float)x));
        values = Initialization
            .Create(Architecture with { Options = Architecture.Options with { Precision = ModelPrecision.Float64 } }, 5)[
                "unemb.weight"
            ]
            .Values;
        Assert.IsTrue(values.Any(x => x != (float)x));
    }

    [TestMethod]
    public void The_notebooks_model_has_6816_parameters()
    {
        var notebook = new TransformerArchitecture { VocabularySize = 50, Order = 3, ContextWindow = 3, Options = new() };
        Assert.AreEqual(6816, notebook.ParameterCount);
        // Without compression: 2 N d + 3 d + 4 d^2 H.
        var square = notebook with { Options = new() { HeadDimension = 10 } };
        Assert.AreEqual(2 * 50 * 10 + 3 * 10 + 4 * 100 * 22, square.ParameterCount);
    }
}
