using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Prediction;
using NGram.Tests.ML.Fused;
using NGram.Tests.ML.Models;

namespace NGram.Tests.ML.Prediction;

/// <summary>The fused predictor against TorchSharp's and brute force, on every width, with and without tables.</summary>
[TestClass]
public sealed class FusedPredictorTests
{
    // Of the logits' scale.
    private const double Tolerance = 1e-5;

    [TestMethod]
    [DynamicData(nameof(Architectures.Names), typeof(Architectures))]
    public void Logits_and_probabilities_are_those_of_brute_force_and_of_TorchSharp(string name)
    {
        var architecture = Float32(Architectures.All[name]);
        Check(architecture, Rounded(Architectures.Weights(architecture)), rows: 7);
    }

    [TestMethod]
    public void Random_models_agree_in_whichever_way_their_first_layer_is_computed()
    {
        var random = new Random(5);
        for (int i = 0; i < 60; i++)
        {
            Architecture architecture = i % 5 == 0 ? RandomModels.SequenceEncoder(random) : RandomModels.Transformer(random);
            var weights = RandomModels.Weights(architecture, random);
            Check(architecture, weights, rows: random.Next(1, 40), tableFloats: 1 << random.Next(16));
        }
    }

    [TestMethod]
    public void A_large_vocabulary_and_a_long_prompt_agree_with_TorchSharp()
    {
        var architecture = new TransformerArchitecture
        {
            VocabularySize = 2000,
            ContextWindow = 13,
            Order = 3,
            Options = new() { EmbeddingDimension = 24, HeadDimension = 8, Heads = 8, Layers = 2, MlpWidth = 70 },
        };
        var weights = Initialization.Create(architecture, seed: 3);
        foreach (long tableFloats in (long[])[1 << 26, 1 << 20, 0])
        {
            using var predictor = new FusedPredictor<Floats8>(architecture, weights, tableFloats);
            AgreesWithTorch(architecture, weights, predictor, rows: IPredictor.BatchRows, first: 11);
        }
    }

    [TestMethod]
    public void A_prompt_gets_the_same_bits_alone_in_company_and_a_second_time()
    {
        foreach (string name in Architectures.All.Keys)
        {
            var architecture = Float32(Architectures.All[name]);
            using var predictor = FusedPredictor.Create(architecture, Rounded(Architectures.Weights(architecture)));
            ushort[] prompts = Prompts(architecture, 30);
            int length = architecture.PromptLength, vocabulary = architecture.VocabularySize;
            float[] together = new float[30 * vocabulary], again = new float[30 * vocabulary], alone = new float[vocabulary];
            predictor.Probabilities(prompts.AsSpan(0, length), alone);
            predictor.Probabilities(prompts, together);
            predictor.Probabilities(prompts, again);
            CollectionAssert.AreEqual(together, again);
            CollectionAssert.AreEqual(alone, together[..vocabulary]);
            double[] logits = new double[30 * vocabulary], last = new double[vocabulary];
            predictor.Logits(prompts, length, length - 1, logits);
            predictor.Logits(prompts.AsSpan(29 * length), length, length - 1, last);
            CollectionAssert.AreEqual(logits[^vocabulary..], last);
        }
    }

    [TestMethod]
    public void A_call_allocates_nothing_and_disposal_ends_nothing()
    {
        foreach (string name in Architectures.All.Keys)
        {
            var architecture = Float32(Architectures.All[name]);
            var predictor = FusedPredictor.Create(architecture, Rounded(Architectures.Weights(architecture)));
            ushort[] prompts = Prompts(architecture, 9);
            float[] probabilities = new float[9 * architecture.VocabularySize];
            double[] logits = new double[9 * architecture.VocabularySize];
            long Allocated(int calls)
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < calls; i++)
                {
                    predictor.Probabilities(prompts, probabilities);
                    predictor.Logits(prompts, architecture.PromptLength, architecture.PromptLength - 1, logits);
                }
                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
            Allocated(3);
            predictor.Dispose();
            // The runtime may allocate something of its own once.
            Assert.AreEqual(0L, Enumerable.Range(0, 5).Min(_ => Allocated(100)), name);
        }
    }

    [TestMethod]
    public void Prompts_that_do_not_fit_are_refused()
    {
        var architecture = Float32(Architectures.All["bigram AoT, window 4"]);
        using var predictor = FusedPredictor.Create(architecture, Rounded(Architectures.Weights(architecture)));
        int length = architecture.PromptLength;
        double[] logits = new double[2 * IPredictor.BatchRows * architecture.VocabularySize];
        ushort[] many = Prompts(architecture, IPredictor.BatchRows + 1);
        Assert.Throws<ArgumentException>(() => predictor.Logits(many, length, length - 1, logits));
        Assert.Throws<ArgumentException>(() => predictor.Logits(many.AsSpan(0, length + 1), length + 1, length, logits));
        Assert.Throws<ArgumentException>(() => predictor.Logits([], length, length - 1, logits));
        Assert.Throws<ArgumentException>(() => predictor.Logits(many.AsSpan(0, length), length, length - 1, new double[4]));
        Assert.Throws<ArgumentException>(() => predictor.Probabilities(many.AsSpan(0, length), new float[4]));
        Assert.Throws<ArgumentException>(() => predictor.Probabilities([0, 0, 5], new float[5]));
        Assert.Throws<ArgumentException>(() => predictor.SetParameters([]));
    }

    private static void Check(Architecture architecture, StateDict weights, int rows, long tableFloats = 1 << 24)
    {
        ushort[] prompts = Prompts(architecture, rows);
        int length = architecture.PromptLength, vocabulary = architecture.VocabularySize;
        double[][][] expected = [.. prompts.Chunk(length).Select(prompt => BruteForce.Logits(architecture, weights, prompt))];
        foreach (var predictor in (IPredictor[])[
            new FusedPredictor<Floats4>(architecture, weights, tableFloats),
            new FusedPredictor<Floats8>(architecture, weights, tableFloats),
            new FusedPredictor<Floats16>(architecture, weights, tableFloats)])
        {
            for (int first = 0; first < length; first++)
            {
                double[] logits = new double[rows * (length - first) * vocabulary];
                predictor.Logits(prompts, length, first, logits);
                double[] wanted = [.. expected.SelectMany(row => row[first..].SelectMany(position => position))];
                Close.Norms($"{architecture} from position {first}", wanted, logits, Tolerance);
                AgreesWithTorch(architecture, weights, predictor, rows, first);
            }
            float[] probabilities = new float[rows * vocabulary];
            predictor.Probabilities(prompts, probabilities);
            double[] softmax = [.. expected.SelectMany(row => Softmax(row[^1]))];
            Close.Norms($"{architecture}", softmax, [.. probabilities.Select(p => (double)p)], 1e-5);
        }
    }

    private static void AgreesWithTorch(Architecture architecture, StateDict weights, IPredictor predictor, int rows, int first)
    {
        ushort[] prompts = Prompts(architecture, rows);
        int length = architecture.PromptLength;
        double[] ours = new double[rows * (length - first) * architecture.VocabularySize], theirs = new double[ours.Length];
        using var torch = new TorchSharpPredictor(architecture, weights);
        predictor.Logits(prompts, length, first, ours);
        torch.Logits(prompts, length, first, theirs);
        double scale = theirs.Max(Math.Abs);
        for (int i = 0; i < ours.Length; i++)
            Assert.AreEqual(theirs[i], ours[i], Tolerance * scale, $"{architecture}");
    }

    private static ushort[] Prompts(Architecture architecture, int rows) =>
        [.. Architectures.Tokens(architecture, rows).Chunk(architecture.ContextWindow).SelectMany(row => row[..^1])];

    private static Architecture Float32(Architecture architecture) => architecture switch
    {
        TransformerArchitecture transformer =>
            transformer with { Options = transformer.Options with { Precision = ModelPrecision.Float32 } },
        SequenceEncoderArchitecture encoder =>
            encoder with { Options = encoder.Options with { Precision = ModelPrecision.Float32 } },
        _ => architecture,
    };

    private static StateDict Rounded(StateDict weights)
    {
        foreach (var tensor in weights.Values)
        {
            for (int i = 0; i < tensor.Values.Length; i++)
                tensor.Values[i] = (float)tensor.Values[i];
        }
        return weights;
    }

    private static IEnumerable<double> Softmax(double[] logits)
    {
        double sum = logits.Sum(Math.Exp);
        return logits.Select(logit => Math.Exp(logit) / sum);
    }
}
