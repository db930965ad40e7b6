using NGram.Data.Checks;
using NGram.Data.Counts;
using NGram.Data.Distributions;

namespace NGram.Data.Corpora;

/// <summary>A text and its n-gram distribution in numbers.</summary>
public sealed record CorpusReport
{
    /// <summary>Number of tokens.</summary>
    public required long Tokens { get; init; }

    /// <summary>Number of different tokens.</summary>
    public required int Types { get; init; }

    /// <summary>N: those in the vocabulary.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>The share of the tokens that have a place in the vocabulary.</summary>
    public required double Coverage { get; init; }

    /// <summary>n.</summary>
    public required int Order { get; init; }

    /// <summary>Number of different sequences of 1, ..., n tokens in the text.</summary>
    public required IReadOnlyList<int> Sequences { get; init; }

    /// <summary>Entropy of token n - 1 given those before it, in nats.</summary>
    public required double Entropy { get; init; }

    /// <summary>Divergence of the uniform predictor, log N - entropy, in nats.</summary>
    public required double UniformDivergence { get; init; }

    /// <summary>The accuracy of a perfect predictor of token n - 1.</summary>
    public required double BestAccuracy { get; init; }

    /// <summary>T0: number of prompts of S = max(n, 2) - 1 tokens with non-zero probability.</summary>
    public required double Prompts { get; init; }

    /// <summary>The mass that T_epsilon leaves out.</summary>
    public required double Epsilon { get; init; }

    /// <summary>
    /// T_epsilon: the fewest prompts whose probabilities add to 1 - epsilon; null if there are too many to weigh.
    /// </summary>
    public required double? PromptsForMass { get; init; }

    /// <summary>Measures a corpus and its distribution.</summary>
    public static CorpusReport Of(Corpus corpus, SparseNGramDistribution distribution, double epsilon)
    {
        ArgumentNullException.ThrowIfNull(corpus);
        ArgumentNullException.ThrowIfNull(distribution);
        Require.InRange(epsilon, 0, 1, nameof(epsilon));
        double entropy = distribution.Entropy();
        int length = Math.Max(distribution.Order, 2) - 1;
        return new()
        {
            Tokens = corpus.Tokens,
            Types = corpus.Types,
            VocabularySize = distribution.VocabularySize,
            Coverage = corpus.Coverage,
            Order = distribution.Order,
            Sequences = [.. Enumerable.Range(1, distribution.Order).Select(distribution.Counts.Different)],
            Entropy = entropy,
            UniformDivergence = Math.Log(distribution.VocabularySize) - entropy,
            BestAccuracy = distribution.BestAccuracyAt(distribution.Order - 1),
            Prompts = distribution.CountPrompts(length),
            Epsilon = epsilon,
            PromptsForMass = distribution.TryCountPrompts(length, epsilon),
        };
    }
}
