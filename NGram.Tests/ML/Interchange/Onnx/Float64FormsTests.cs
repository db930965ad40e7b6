using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NGram.Data.Laws;
using NGram.ML.Estimators;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.Tests.Cli;

namespace NGram.Tests.ML.Interchange.Onnx;

/// <summary>A float64 model that float32 would destroy, through every form of it.</summary>
[TestClass]
public sealed class Float64FormsTests
{
    private const int N = 12;

    // What the unembeddings have in common: beside it float32 rounds their differences away.
    private const double Common = 1e9;

    private static readonly TransformerArchitecture Architecture = new()
    {
        VocabularySize = N,
        ContextWindow = 2,
        Order = 2,
        Options = new TransformerOptions
        {
            EmbeddingDimension = 3,
            HeadDimension = 3,
            Heads = 1,
            MlpWidth = 4,
            Precision = ModelPrecision.Float64,
        },
    };

    // A look-up table: one next token after each of the 12.
    private static readonly NGramDistribution Law =
        new PowerLaw { VocabularySize = N, Order = 2, Supports = [N, 1] }.CreateDistribution(seed: 5);

    [TestMethod]
    public void In_float32_it_would_guess()
    {
        var rounded = new StateDict();
        foreach (var (name, tensor) in Constructed())
            rounded.Add(name, tensor with { Values = [.. tensor.Values.Select(value => (double)(float)value)] });
        Assert.IsLessThan(0.5, Accuracy(rounded), "or the other tests show nothing");
        Assert.AreEqual(1, Accuracy(Constructed()));
    }

    [TestMethod]
    public void ONNX_computes_it_in_float64_and_rounds_the_probabilities_alone()
    {
        using var folder = new TemporaryFolder();
        OnnxFile.Save(folder["m.onnx"], Architecture, Constructed());
        using var session = new InferenceSession(folder["m.onnx"]);
        Assert.AreEqual(typeof(double), session.OutputMetadata["logits"].ElementType);
        Assert.AreEqual(typeof(float), session.OutputMetadata["Score"].ElementType);
        var tokens = new DenseTensor<long>(Enumerable.Range(0, N).Select(token => (long)token).ToArray(), [N, 1]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("tokens", tokens)]);
        float[][] scores = [.. results.Single(result => result.Name == "Score").AsEnumerable<float>().Chunk(N)];
        for (int token = 0; token < N; token++)
            Assert.AreEqual(Next(token), Array.IndexOf(scores[token], scores[token].Max()));
        StringAssert.Contains(session.ModelMetadata.CustomMetadataMap["architecture"], "float64");
        CheckRead(folder["m.onnx"]);
    }

    [TestMethod]
    public void A_stock_model_computes_it_in_float64()
    {
        using var folder = new TemporaryFolder();
        ModelFile.Save(folder["m.safetensors"], Architecture, Constructed());
        var ml = new MLContext(seed: 1);
        using (var live = SavedModel.Load(folder["m.safetensors"]).CreateTransformer())
            ml.Model.Save(live, live.InputSchema, folder["m.zip"]);
        CheckRead(folder["m.zip"]);

        var loaded = new MLContext().Model.Load(folder["m.zip"], out _);
        var sample = ml.NGrams.Sample(Law, rows: 400, seed: 1);
        var metrics = ml.MulticlassClassification.Evaluate(loaded.Transform(sample));
        Assert.AreEqual(1, metrics.MicroAccuracy);
        (loaded as IDisposable)?.Dispose();
    }

    private static void CheckRead(string path)
    {
        var (architecture, parameters, _) = OnnxFile.Load(path);
        Assert.AreEqual(Architecture, architecture);
        foreach (var (name, tensor) in Constructed())
            CollectionAssert.AreEqual(tensor.Values, parameters[name].Values, name);
    }

    private static int Next(int token)
    {
        double[] law = new double[N];
        Law.GetProbabilities([(ushort)token], law);
        return Array.IndexOf(law, 1);
    }

    /// <summary>
    /// The residual of a token is its answer's place on a circle, and a third coordinate that takes off what the unembeddings,
    /// the same circle moved far away, have in common. Attention and MLP add nothing.
    /// </summary>
    private static StateDict Constructed()
    {
        var parameters = new StateDict();
        foreach (var (name, shape) in Architecture.Parameters)
            parameters.Add(name, new ParameterTensor(shape, new double[shape.Aggregate(1L, (count, size) => count * size)]));
        double[] words = parameters["word_emb.weight"].Values, answers = parameters["unemb.weight"].Values;
        for (int token = 0; token < N; token++)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * Next(token) / N);
            (words[3 * token], words[3 * token + 1], words[3 * token + 2]) = (cos, sin, -Common * (cos + sin));
            (sin, cos) = Math.SinCos(2 * Math.PI * token / N);
            (answers[3 * token], answers[3 * token + 1], answers[3 * token + 2]) = (Common + 50 * cos, Common + 50 * sin, 1);
        }
        return parameters;
    }

    private static double Accuracy(StateDict parameters)
    {
        using var model = NextTokenModel.Create(Architecture, parameters);
        return Enumerable
            .Range(0, N)
            .Average(token =>
            {
                double[] logits = model.Logits([(ushort)token], 1);
                return Array.IndexOf(logits, logits.Max()) == Next(token) ? 1.0 : 0;
            });
    }
}
