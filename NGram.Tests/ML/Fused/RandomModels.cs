using NGram.Data.Distributions;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.Tests.ML.Fused;

/// <summary>
/// Seeded architectures, weights and batches, small enough for differences and varied enough to meet every option.
/// </summary>
internal static class RandomModels
{
    /// <summary>A transformer with any combination of options.</summary>
    public static TransformerArchitecture Transformer(Random random)
    {
        int subHeads = random.Next(1, 4), order = random.Next(1, 5);
        return new TransformerArchitecture
        {
            VocabularySize = random.Next(2, 9),
            Order = order,
            ContextWindow = Math.Max(order, 2) + random.Next(3),
            Options = new TransformerOptions
            {
                EmbeddingDimension = random.Next(1, 11),
                HeadDimension = subHeads * random.Next(1, 6),
                Heads = random.Next(1, 7),
                SubHeads = subHeads,
                Layers = random.Next(1, 4),
                MlpWidth = random.Next(2) * random.Next(1, 30),
                MlpDepth = random.Next(1, 4),
                Projections = (Projections)random.Next(2),
            },
        };
    }

    /// <summary>A sequence encoder of any order.</summary>
    public static SequenceEncoderArchitecture SequenceEncoder(Random random)
    {
        int order = random.Next(1, 5);
        return new SequenceEncoderArchitecture
        {
            VocabularySize = random.Next(2, 9),
            Order = order,
            ContextWindow = Math.Max(order, 2) + random.Next(3),
            Options = new SequenceEncoderOptions { EmbeddingDimension = random.Next(1, 11) },
        };
    }

    /// <summary>Weights U(+-scale/sqrt(inputs)), as torch draws them, exact in float32.</summary>
    public static StateDict Weights(Architecture architecture, Random random, double scale = 1)
    {
        var weights = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
        {
            double[] values = new double[(long)TensorShape.Count(shape)];
            double bound = scale / Math.Sqrt(shape[^1]);
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)(bound * (2 * random.NextDouble() - 1));
            weights.Add(name, new ParameterTensor(shape, values));
        }
        return weights;
    }

    /// <summary>Uniform tokens [rows, context window].</summary>
    public static ushort[] Tokens(Architecture architecture, int rows, Random random)
    {
        ushort[] tokens = new ushort[rows * architecture.ContextWindow];
        for (int i = 0; i < tokens.Length; i++)
            tokens[i] = (ushort)random.Next(architecture.VocabularySize);
        return tokens;
    }

    /// <summary>A law whose rows are all different, some of them Diracs: weights from a hash of the context.</summary>
    public sealed class Law(int order, int vocabularySize) : INGramDistribution
    {
        public int Order => order;

        public int VocabularySize => vocabularySize;

        public void GetProbabilities(ReadOnlySpan<ushort> context, Span<double> probabilities)
        {
            uint seed = 17;
            foreach (ushort token in context[^Math.Min(context.Length, order - 1)..])
                seed = seed * 31 + token;
            double sum = 0;
            for (uint t = 0; t < vocabularySize; t++)
                sum += probabilities[(int)t] = seed % 4 == 0 ? (t == seed % vocabularySize ? 1 : 0) : 1 + (seed * (t + 3)) % 7;
            for (int t = 0; t < vocabularySize; t++)
                probabilities[t] /= sum;
        }
    }
}
