using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Cli.Bench.Cases;
using NGram.Cli.Bench.Reference;
using NGram.Data.Sequences;
using NGram.ML.Engines;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;
using NGram.ML.Fused;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Native;
using NGram.Tests.Cli;
using TorchSharp;
using Architecture = NGram.ML.Models.Architecture;

namespace NGram.Tests.Contracts;

/// <summary>
/// Every architecture there is goes through every place that must know it: it works there, or refuses in one sentence that names
/// it. A new architecture fails here until it has a case, and its refusals are decided.
/// </summary>
[TestClass]
public class ArchitectureContractTests
{
    private const int Vocabulary = 5, Window = 3, BatchSize = 4;

    private static readonly Dictionary<Type, Func<Architecture>> Cases = new()
    {
        [typeof(TransformerArchitecture)] = () => new TransformerArchitecture
        {
            VocabularySize = Vocabulary,
            ContextWindow = Window,
            Order = Window,
            Options = new()
            {
                EmbeddingDimension = 4,
                HeadDimension = 4,
                Heads = 2,
                MlpWidth = 3,
            },
        },
        [typeof(SequenceEncoderArchitecture)] = () => new SequenceEncoderArchitecture
        {
            VocabularySize = Vocabulary,
            ContextWindow = Window,
            Order = Window,
            Options = new() { EmbeddingDimension = 4 },
        },
        [typeof(ModuleArchitecture)] = () =>
        {
            TorchLibrary.Load();
            return new ModuleArchitecture(() => torch.nn.Embedding(Vocabulary, Vocabulary))
            {
                VocabularySize = Vocabulary,
                ContextWindow = Window,
                Order = Window,
            };
        },
    };

    private static readonly Dictionary<string, Action<Architecture, StateDict>> Places = new(StringComparer.Ordinal)
    {
        ["model"] = Model,
        ["table"] = Table,
        ["TorchSharp engine"] = (architecture, parameters) =>
            Step(new TorchSharpEngine(architecture, parameters, TrainingObjective.NextToken)),
        ["fused engine"] = (architecture, parameters) =>
            Step(new FusedEngine(architecture, parameters, TrainingObjective.NextToken, distribution: null, BatchSize)),
        ["weights file"] = WeightsFile,
        ["ONNX"] = Onnx,
        ["prediction"] = Prediction,
        ["work of a step"] = Work,
        ["per-head modules"] = (architecture, parameters) =>
            Step(StepVariant.PerHead.Create(new BenchCase("case", architecture, BatchSize), parameters)),
    };

    // A caller's module has no form that another process could make it from, and no kernels.
    private static readonly HashSet<(Type, string)> Refused =
    [
        (typeof(ModuleArchitecture), "fused engine"),
        (typeof(ModuleArchitecture), "weights file"),
        (typeof(ModuleArchitecture), "ONNX"),
        (typeof(ModuleArchitecture), "work of a step"),
        (typeof(ModuleArchitecture), "per-head modules"),
    ];

    private static IEnumerable<object[]> All =>
        from type in typeof(Architecture).Assembly.GetTypes()
        where type.IsSubclassOf(typeof(Architecture)) && !type.IsAbstract
        from place in Places.Keys
        select new object[] { type, place };

    public static string DisplayName(MethodInfo method, object[] data) => $"{method.Name}({((Type)data[0]).Name}, {data[1]})";

    [TestMethod]
    [DynamicData(nameof(All), DynamicDataDisplayName = nameof(DisplayName))]
    public void An_architecture_works_in_every_place_or_refuses_in_one_sentence(Type type, string place)
    {
        Assert.IsTrue(Cases.TryGetValue(type, out var create), $"{type.Name} has no case in this test.");
        var architecture = create();
        using var model = architecture.CreateModel();
        var parameters = model.GetParameters();
        for (int i = 0; i < parameters.Count; i++)
        {
            double[] values = parameters.GetAt(i).Value.Values;
            for (int j = 0; j < values.Length; j++)
                values[j] = (7 * j + 3 * i) % 11 / 16.0 - 0.25;
        }

        if (!Refused.Contains((type, place)))
        {
            Places[place](architecture, parameters);
            return;
        }
        var error = Assert.Throws<Exception>(() => Places[place](architecture, parameters));
        Assert.IsTrue(error is ArgumentException or NotSupportedException, error.ToString());
        StringAssert.Contains(error.Message, type.Name);
        Assert.IsFalse(error.Message.Contains('\n'), error.Message);
    }

    private static void Model(Architecture architecture, StateDict parameters)
    {
        using var model = NextTokenModel.Create(architecture, parameters);
        AssertSame(parameters, model.GetParameters());
        double[] all = model.Logits([1, 2], promptLength: Window - 1);
        double[] last = model.Logits([1, 2], promptLength: Window - 1, firstScored: Window - 2);
        Assert.HasCount((Window - 1) * Vocabulary, all);
        for (int token = 0; token < Vocabulary; token++)
            Assert.AreEqual(all[^(Vocabulary - token)], last[token], 1e-6);
    }

    private static void Table(Architecture architecture, StateDict parameters)
    {
        var table = ModelTable.Create(architecture);
        double sum = 0;
        for (int row = 0; row < table.Rows.Count - 1; row++)
            sum += (double)table["Value"][row];
        Assert.AreEqual(parameters.Values.Sum(tensor => tensor.Values.Length), sum, "The blocks hold every parameter once.");
    }

    private static void Step(ITrainingEngine engine)
    {
        using (engine)
        {
            double before = engine.Step([0, 1, 2, 3, 4, 0], 0.01).CrossEntropy;
            for (int i = 0; i < 20; i++)
                engine.Step([0, 1, 2, 3, 4, 0], 0.01);
            Assert.IsInRange(0, before, engine.Step([0, 1, 2, 3, 4, 0], 0.01).CrossEntropy);
        }
    }

    private static void WeightsFile(Architecture architecture, StateDict parameters)
    {
        using var folder = new TemporaryFolder();
        ModelFile.Save(folder["m.safetensors"], architecture, parameters);
        var model = SavedModel.Load(folder["m.safetensors"]);
        Assert.AreEqual(architecture, model.Architecture);
        AssertSame(parameters, model.Parameters);
    }

    private static void Onnx(Architecture architecture, StateDict parameters)
    {
        using var folder = new TemporaryFolder();
        OnnxFile.Save(folder["m.onnx"], architecture, parameters);
        var model = SavedModel.Load(folder["m.onnx"]);
        Assert.AreEqual(architecture, model.Architecture);
        foreach (string name in parameters.Keys.Where(architecture.Uses))
            CollectionAssert.AreEqual(parameters[name].Values, model.Parameters[name].Values, name);
    }

    private static void Prediction(Architecture architecture, StateDict parameters)
    {
        var ml = new MLContext();
        using var model = NextTokenModel.Create(architecture, parameters);
        using var transformer = new SavedModel(architecture, parameters, null, null).CreateTransformer();
        var data = ml.NGrams.LoadFromTokens(new TokenMatrix([1, 2, 3], Window, Vocabulary));
        float[] scores = [.. transformer.Transform(data).GetColumn<float[]>("Score").Single()];
        double[] logits = model.Logits([1, 2], Window - 1, firstScored: Window - 2);
        double sum = logits.Sum(Math.Exp);
        for (int token = 0; token < Vocabulary; token++)
            Assert.AreEqual(Math.Exp(logits[token]) / sum, scores[token], 1e-5);
    }

    private static void Work(Architecture architecture, StateDict parameters)
    {
        var work = StepWork.Of(architecture, [Vocabulary, BatchSize]);
        Assert.IsGreaterThan(0.0, work.Flops);
        Assert.IsGreaterThan(8.0 * sizeof(float) * architecture.ParameterCount, work.Bytes);
    }

    private static void AssertSame(StateDict expected, StateDict actual)
    {
        CollectionAssert.AreEqual(expected.Keys.ToArray(), actual.Keys.ToArray());
        foreach (var (name, tensor) in expected)
            CollectionAssert.AreEqual(tensor.Values, actual[name].Values, name);
    }
}
