using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Constructions;

/// <summary>Weights that were solved for rather than trained.</summary>
public sealed record Construction
{
    /// <summary>How they were built.</summary>
    public required ConstructionMethod Method { get; init; }

    /// <summary>The model that they belong to.</summary>
    public required TransformerArchitecture Architecture { get; init; }

    /// <summary>The parameters under PyTorch's names, in the architecture's precision.</summary>
    public required StateDict Parameters { get; init; }

    /// <summary>
    /// Number of prompts that the linear system was solved for: the heaviest (by the theorem, the heaviest that are independent),
    /// or all of them where it has room.
    /// </summary>
    public required int Solved { get; init; }

    /// <summary>
    /// Rank of the system's matrix, which has a row for each solved prompt, from its singular values in double.
    /// </summary>
    public required int Rank { get; init; }

    /// <summary>Its largest singular value divided by the smallest that counts as nonzero.</summary>
    public required double ConditionNumber { get; init; }

    /// <summary>
    /// Standard deviation of the query-key scores: of those tried, the one with the smallest condition number; 0 where no scores
    /// are random.
    /// </summary>
    public double ScoreScale { get; init; }

    /// <summary>Builds weights by a method.</summary>
    /// <param name="method">The method.</param>
    /// <param name="distribution">The law.</param>
    /// <param name="contextWindow">Tokens of a sequence, the one to predict included; at least the order, and 2.</param>
    /// <param name="model">
    /// The model. The n-gram construction uses only its precision, since the sizes follow from the law.
    /// </param>
    /// <param name="seed">Seed of everything random; the n-gram construction has nothing random.</param>
    /// <exception cref="ArgumentException">The method does not fit the law or model; the message says which.</exception>
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

    /// <summary>Parameters in double, rounded to a precision.</summary>
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
