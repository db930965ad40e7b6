using System.Text.Json.Nodes;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.Tests.ML.Models;
using NGram.Tests.Parity;

namespace NGram.Tests.ML.Interchange.Onnx;

[TestClass]
public class OnnxFileTests
{
    // Float32 sums in another order than the double-precision (or PyTorch's) reference.
    private const double Tolerance = 1e-4;

    [TestMethod]
    [DynamicData(
        nameof(ModelCase.Names),
        typeof(ModelCase),
        DynamicDataDisplayName = nameof(ModelCase.DisplayName),
        DynamicDataDisplayNameDeclaringType = typeof(ModelCase)
    )]
    public void The_file_computes_what_TorchSharp_computes(string name)
    {
        var architecture = ModelCase.Architecture(name);
        var parameters = ModelCase.Parameters(architecture);
        using var model = NextTokenModel.Create(architecture, parameters);
        var random = new Random(3);
        ushort[] prompts =
        [
            .. Enumerable.Range(0, 40 * architecture.PromptLength).Select(_ => (ushort)random.Next(ModelCase.VocabularySize)),
        ];
        double[] expected = model.Logits(prompts, architecture.PromptLength);

        var (logits, score) = Run(architecture, parameters, prompts);

        double tolerance = architecture.Precision == ModelPrecision.Float64 ? 1e-13 : Tolerance;
        Close.Norms("logits", expected, logits, tolerance);
        // Score is float32, whatever the precision.
        Close.Norms("Score", SoftmaxOfLast(expected, architecture), score, Math.Max(tolerance, 1e-7));
    }

    [TestMethod]
    [TestCategory("Parity")]
    [DynamicData(
        nameof(TorchSharpParityTests.Cases),
        typeof(TorchSharpParityTests),
        DynamicDataDisplayName = nameof(TorchSharpParityTests.DisplayName),
        DynamicDataDisplayNameDeclaringType = typeof(TorchSharpParityTests)
    )]
    public void The_file_computes_what_the_original_computes(string file)
    {
        var parity = new ParityCase(file);
        int window = parity.Architecture.ContextWindow;
        var (logits, score) = Run(
            parity.Architecture,
            parity.Initial,
            [.. parity.Tokens.Where((_, i) => i % window != window - 1)]);
        Close.Norms("logits", parity.Logits, logits, Tolerance);
        Close.Norms("Score", SoftmaxOfLast(parity.Logits, parity.Architecture), score, Tolerance);
    }

    [TestMethod]
    public void The_file_takes_a_batch_of_any_size()
    {
        var architecture = ModelCase.Architecture("layers and a long window");
        var parameters = ModelCase.Parameters(architecture);
        ushort[] prompts =
        [
            .. Enumerable.Range(0, 3 * architecture.PromptLength).Select(i => (ushort)(i * i % ModelCase.VocabularySize)),
        ];
        var (_, together) = Run(architecture, parameters, prompts);
        var (_, first) = Run(architecture, parameters, prompts[..architecture.PromptLength]);
        Close.Norms("Score", first, together[..ModelCase.VocabularySize], 1e-6);
        Assert.IsEmpty(Run(architecture, parameters, []).Score);
    }

    [TestMethod]
    public void The_file_tells_of_itself()
    {
        var architecture = ModelCase.Architecture("deep MLP in layers");
        string[] vocabulary = ["a", "\"", "ä", "", "4", "\n", "g"];
        using var session = Open(architecture, ModelCase.Parameters(architecture), vocabulary);

        var metadata = session.ModelMetadata.CustomMetadataMap;
        CollectionAssert.AreEqual(
            vocabulary,
            JsonNode.Parse(metadata["vocabulary"])!.AsArray().Select(token => (string?)token).ToArray());
        var json = JsonNode.Parse(metadata["architecture"])!;
        Assert.AreEqual(3, (int)json["mlp_depth"]!);
        Assert.AreEqual("shared", (string?)json["projections"]);
        Assert.AreEqual("float32", (string?)json["precision"]);
        CollectionAssert.AreEqual(new[] { -1, 3 }, session.InputMetadata["tokens"].Dimensions);
        CollectionAssert.AreEqual(new[] { -1, 3, 7 }, session.OutputMetadata["logits"].Dimensions);
        CollectionAssert.AreEqual(new[] { -1, 7 }, session.OutputMetadata["Score"].Dimensions);
        Assert.AreEqual("NGram", session.ModelMetadata.ProducerName);
    }

    [TestMethod]
    public void The_file_states_its_versions()
    {
        var architecture = ModelCase.Architecture("attention only");
        using var stream = new MemoryStream();
        OnnxFile.Save(stream, architecture, ModelCase.Parameters(architecture));
        var model = ModelProto.Parser.ParseFrom(stream.ToArray());
        Assert.AreEqual(8, model.IrVersion);
        CollectionAssert.AreEquivalent(
            new[] { ("", 17L), ("ai.onnx.ml", 3L) },
            model.OpsetImport.Select(o => (o.Domain, o.Version)).ToArray());
    }

    [TestMethod]
    public void A_vocabulary_of_another_size_is_refused()
    {
        var architecture = ModelCase.Architecture("attention only");
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            OnnxFile.Save(Stream.Null, architecture, ModelCase.Parameters(architecture), ["a", "b"]));
        StringAssert.Contains(error.Message, "2 tokens; the model has 7", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Parameters_of_another_model_are_refused()
    {
        var parameters = ModelCase.Parameters(ModelCase.Architecture("MLP"));
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            OnnxFile.Save(Stream.Null, ModelCase.Architecture("attention only"), parameters));
        StringAssert.Contains(error.Message, "pos_emb.weight", StringComparison.Ordinal);
    }

    private static (double[] Logits, double[] Score) Run(Architecture architecture, StateDict parameters, ushort[] prompts)
    {
        using var session = Open(architecture, parameters);
        var tokens = new DenseTensor<long>(
            prompts.Select(token => (long)token).ToArray(),
            [prompts.Length / architecture.PromptLength, architecture.PromptLength]);
        using var results = session.Run([NamedOnnxValue.CreateFromTensor("tokens", tokens)]);
        return (Values("logits"), Values("Score"));

        double[] Values(string output) =>
            results.First(result => result.Name == output).Value is Tensor<double> doubles
                ? [.. doubles]
                : [.. results.First(result => result.Name == output).AsEnumerable<float>().Select(x => (double)x)];
    }

    private static InferenceSession Open(Architecture architecture, StateDict parameters, string[]? vocabulary = null)
    {
        using var stream = new MemoryStream();
        OnnxFile.Save(stream, architecture, parameters, vocabulary);
        return new InferenceSession(stream.ToArray());
    }

    private static double[] SoftmaxOfLast(double[] logits, Architecture architecture) =>
        [.. logits.Chunk(architecture.VocabularySize).Chunk(architecture.PromptLength).SelectMany(row =>
        {
            double[] weights = [.. row[^1].Select(logit => Math.Exp(logit - row[^1].Max()))];
            double sum = weights.Sum();
            return weights.Select(weight => weight / sum);
        })];
}
