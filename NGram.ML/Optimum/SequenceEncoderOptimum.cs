using System.Diagnostics;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Optimum;

/// <summary>
/// The best sequence encoder of a dimension; no transformer of that dimension has a lower divergence (Proposition 1). It is found
/// by minimising the divergence over all contexts, with exact gradients in double. The result is at least the infimum; the
/// agreement of the restarts and <see cref="IsConverged"/> say how far to trust that it is the infimum.
/// </summary>
/// <remarks>Source: Dana, Pydi, Chevaleyre, AISTATS 2025 (arXiv 2411.10115), Propositions 1 to 3.</remarks>
public sealed record SequenceEncoderOptimum
{
    // Two searches that end this close to each other, in nats, count as agreeing.
    private const double Same = 1e-6, SameOnPath = 1e-4;

    private const double Decimals = 5e-5;

    /// <summary>The infimum where a proposition gives it, otherwise the least divergence found, in nats.</summary>
    public double Divergence => Certificate is null ? Divergences.Min() : 0;

    /// <summary>
    /// The statement by which the infimum is 0: Proposition 2 (d at least N - 1), Proposition 3 (look-up tables, d at least 2),
    /// or the moment curve (at most d / 2 tokens possible after each context); null if none applies.
    /// </summary>
    public required string? Certificate { get; init; }

    /// <summary>
    /// The divergence that each search reached, in the order of the starts; empty where a proposition made searches unnecessary.
    /// </summary>
    public required IReadOnlyList<double> Divergences { get; init; }

    /// <summary>The greatest minus the least of them.</summary>
    public double Spread => Divergences.Count == 0 ? 0 : Divergences.Max() - Divergences.Min();

    /// <summary>
    /// How many of them are within 1e-6 of the least; within 1e-4 where tokens are impossible, so that none of them comes to an
    /// end.
    /// </summary>
    public int Agreeing => Divergences.Count(value => value - Divergences.Min() < (HasEnd ? Same : SameOnPath));

    /// <summary>
    /// If tokens are impossible, so that the infimum may be at infinity: an estimate of what the best search's divergence tends
    /// to as the weights grow, by the slowest of its last falls. The infimum itself may be lower, as for any search. Null if the
    /// infimum is attained or known, or if the falls do not shrink.
    /// </summary>
    public double? Limit { get; init; }

    /// <summary>Whether every token is always possible, so that a search ends at a stationary point.</summary>
    internal bool HasEnd { get; init; } = true;

    /// <summary>
    /// Whether the best search has come to its end: to a stationary point, or within 5e-5 nats of <see cref="Limit"/>, so that
    /// four decimals stand.
    /// </summary>
    public required bool IsConverged { get; init; }

    /// <summary>
    /// The largest derivative where the best search ended, with respect to the unembeddings, for embeddings of covariance about
    /// 1. It is above the options' tolerance if the iterations were used up first. Null if there was no search.
    /// </summary>
    public double? LargestDerivative { get; init; }

    /// <summary>
    /// The best encoder's parameters under PyTorch's names, zeros for contexts that do not occur; null if there was no search.
    /// </summary>
    public required StateDict? Parameters { get; init; }

    /// <summary>Time that it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Searches for the best encoder.</summary>
    /// <param name="distribution">The law, of at most 2^25 probabilities pi(t|c).</param>
    /// <param name="architecture">The encoder: its dimension, and the positions over whose contexts the mean is taken.</param>
    /// <param name="options">How to search; null: the defaults.</param>
    /// <exception cref="ArgumentException">An option is out of range, or the law is too large or has other sizes.</exception>
    /// <exception cref="OperationCanceledException">The search was cancelled.</exception>
    public static SequenceEncoderOptimum Find(
        INGramDistribution distribution, SequenceEncoderArchitecture architecture, OptimumOptions? options = null)
    {
        options ??= new();
        Require.Argument(options.Validate, nameof(options));
        var clock = Stopwatch.StartNew();
        var rows = RowsOf(distribution, architecture);
        return Search(rows, architecture, options, clock);
    }

    /// <summary>The same for a model's dimension and positions, with no search where a proposition gives the infimum.</summary>
    internal static SequenceEncoderOptimum FindInfimum(
        INGramDistribution distribution, Architecture model, OptimumOptions? options = null)
    {
        var clock = Stopwatch.StartNew();
        var encoder = new SequenceEncoderArchitecture
        {
            VocabularySize = model.VocabularySize,
            ContextWindow = model.ContextWindow,
            Order = model.Order,
            Options = new()
            {
                EmbeddingDimension = model.Dimension,
                Precision = ModelPrecision.Float64,
            },
        };
        var rows = RowsOf(distribution, encoder);
        if (rows.Certificate(encoder.Options.EmbeddingDimension) is not { } certificate)
            return Search(rows, encoder, options ?? new(), clock);
        return new()
        {
            Certificate = certificate,
            Divergences = [],
            IsConverged = true,
            Parameters = null,
            Duration = clock.Elapsed,
        };
    }

    private static DistinctRows RowsOf(INGramDistribution distribution, SequenceEncoderArchitecture architecture)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(architecture);
        architecture.Validate();
        Require.That(
            distribution.VocabularySize == architecture.VocabularySize,
            nameof(architecture.VocabularySize),
            architecture.VocabularySize,
            FormattableString.Invariant($"the distribution's, {distribution.VocabularySize}"));
        Require.That(
            distribution.Order == architecture.Order,
            nameof(architecture.Order),
            architecture.Order,
            FormattableString.Invariant($"the distribution's, {distribution.Order}"));
        return DistinctRows.Of(distribution, architecture);
    }

    private static SequenceEncoderOptimum Search(
        DistinctRows rows, SequenceEncoderArchitecture architecture, OptimumOptions options, Stopwatch clock)
    {
        int dimension = architecture.Options.EmbeddingDimension;
        int restarts = options.RestartsFor((double)rows.Count * rows.VocabularySize * dimension, rows.HasFullSupport);
        var ends = new EncoderSearch[restarts];
        Parallel.For(
            0,
            restarts,
            new ParallelOptions { CancellationToken = options.CancellationToken },
            number => ends[number] = EncoderSearch.Run(rows, dimension, number, options));
        var best = ends.MinBy(end => end.Divergence)!;
        return new()
        {
            Certificate = rows.Certificate(dimension),
            Divergences = [.. ends.Select(end => end.Divergence)],
            HasEnd = rows.HasFullSupport,
            Limit = best.Limit,
            IsConverged = rows.HasFullSupport
                ? best.LargestDerivative <= options.GradientTolerance
                : best.Divergence - best.Limit < Decimals,
            LargestDerivative = best.LargestDerivative,
            Parameters = best.Parameters(rows, architecture),
            Duration = clock.Elapsed,
        };
    }
}
