using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Constructions;

/// <summary>Weights that were solved for instead of trained.</summary>
public sealed record Construction
{
    /// <summary>How they were built.</summary>
    public required ConstructionMethod Method { get; init; }

    /// <summary>The model that they are of.</summary>
    public required TransformerArchitecture Architecture { get; init; }

    /// <summary>The parameters under PyTorch's names, as the architecture's precision holds them.</summary>
    public required StateDict Parameters { get; init; }

    /// <summary>Prompts that the linear system puts where they belong: the heaviest, and all of them where it has room.</summary>
    public required int Solved { get; init; }

    /// <summary>Rank of the system's matrix, with a row for each solved prompt, by its singular values in double.</summary>
    public required int Rank { get; init; }

    /// <summary>Its largest singular value divided by the smallest of those that count.</summary>
    public required double ConditionNumber { get; init; }

    /// <summary>
    /// Standard deviation of the query-key scores: of several, the one with the smallest condition number; 0 where no scores are
    /// random.
    /// </summary>
    public double ScoreScale { get; init; }

    /// <summary>Builds weights by a method.</summary>
    /// <param name="method">Which.</param>
    /// <param name="distribution">The law.</param>
    /// <param name="contextWindow">Tokens of a sequence, the one to predict included; at least the order, and 2.</param>
    /// <param name="model">
    /// The model; of the n-gram construction the precision alone, since its sizes follow from the law.
    /// </param>
    /// <param name="seed">Of what is random; nothing is in the n-gram construction.</param>
    /// <exception cref="ArgumentException">The method is not for such a law or model; the message names it.</exception>
    public static Construction Create(
        ConstructionMethod method, INGramDistribution distribution, int contextWindow, TransformerOptions model, int seed)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(model);
        Require.Named(method, nameof(method));
        if (method == ConstructionMethod.NGram)
            return NGramConstruction.Create(distribution, contextWindow, model.Precision);
        var architecture = new TransformerArchitecture
        {
            VocabularySize = distribution.VocabularySize,
            ContextWindow = contextWindow,
            Order = distribution.Order,
            Options = model,
        };
        return method == ConstructionMethod.FactMlp
            ? FactMlpConstruction.Create(distribution, architecture, seed)
            : MemoryConstruction.Create(distribution, architecture, seed);
    }

    /// <summary>Parameters in double as a precision holds them.</summary>
    internal static StateDict Rounded(StateDict parameters, ModelPrecision precision)
    {
        if (precision == ModelPrecision.Float32)
        {
            foreach (var tensor in parameters.Values)
            {
                for (int i = 0; i < tensor.Values.Length; i++)
                    tensor.Values[i] = (float)tensor.Values[i];
            }
        }
        return parameters;
    }

    /// <summary>Tensors of zeros under the architecture's names, to be filled.</summary>
    internal static StateDict Zeros(TransformerArchitecture architecture)
    {
        var parameters = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
            parameters.Add(name, new(shape, new double[(long)TensorShape.Count(shape)]));
        return parameters;
    }
}
