using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.Optimization;
using NGram.Data.Distributions;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Optimum;

/// <summary>What one search by L-BFGS found.</summary>
/// <param name="Divergence">The least divergence found, in nats.</param>
/// <param name="Unembedding">The unembeddings there: [d, N].</param>
/// <param name="Embeddings">The best ones with it: [rows, d].</param>
/// <param name="LargestDerivative">The largest derivative there, with respect to the unembeddings.</param>
internal sealed record EncoderSearch(
    double Divergence, double[] Unembedding, double[] Embeddings, double LargestDerivative)
{
    private const double FirstPenalty = 1e-2, LeastPenaltyOfFullSupport = 1e-5, Tenth = 0.1, StageTolerance = 1e-5;

    private const int Memory = 20, StagesOfIterations = 10, RatiosOfLimit = 4;

    private const double LeastProgress = 1e-14;

    /// <summary>
    /// What the divergence tends to as the penalty vanishes, by <see cref="LimitOf"/>; null if every token is always possible,
    /// where the last stage has no penalty, or if the falls do not shrink.
    /// </summary>
    public double? Limit { get; private init; }

    /// <summary>
    /// Searches from one start, in stages of ever smaller penalties; each begins where the previous one ended. If every
    /// probability is positive the infimum is attained: the last stage has no penalty and ends at a stationary point, or when the
    /// iterations are used up. Otherwise it is often at infinity, and the path of penalties tends to it.
    /// </summary>
    public static EncoderSearch Run(DistinctRows rows, int dimension, int number, OptimumOptions options)
    {
        var objective = new EncoderObjective(rows, dimension) { Penalty = FirstPenalty };
        double[] point = EncoderStart.Create(rows, dimension, options.Seed, number);
        objective.Evaluate(point, new double[point.Length]);
        point = objective.Whitened(point);
        EncoderSearch? best = null;
        bool isAttained = rows.HasFullSupport;
        // A stage far from the end only needs to come near the next one; on the path to infinity each is part of the result.
        int iterations = isAttained ? Math.Max(1, options.Iterations / StagesOfIterations) : options.Iterations;
        double tolerance = isAttained ? StageTolerance : options.GradientTolerance;
        double last = (isAttained ? LeastPenaltyOfFullSupport : options.LeastPenalty) * (1 + Tenth);
        List<double> values = [];
        for (double penalty = FirstPenalty; penalty > last * Tenth; penalty *= Tenth)
        {
            objective.Penalty = penalty;
            (point, double value) = Descend(objective, point, iterations, tolerance, ref best, options.CancellationToken);
            values.Add(value);
        }
        if (!isAttained)
            return best! with { Limit = LimitOf(values) };
        objective.Penalty = 0;
        Descend(objective, point, options.Iterations, options.GradientTolerance, ref best, options.CancellationToken);
        return best!;
    }

    /// <summary>
    /// Where a falling sequence ends if its falls go on as slowly shrinking as the slowest of the last four did; a last fall that
    /// is smaller than that, as where a search stalls, does not count.
    /// </summary>
    internal static double? LimitOf(IReadOnlyList<double> values)
    {
        double[] falls = [.. values.Zip(values.Skip(1), (before, after) => before - after).TakeLast(RatiosOfLimit + 1)];
        if (falls.Length < 2)
            return null;
        double ratio = falls.Zip(falls.Skip(1), (before, after) => after / before).Max();
        return ratio is > 0 and < 1 ? values[^1] - Math.Max(falls[^1], ratio * falls[^2]) * ratio / (1 - ratio) : null;
    }

    // Goes to the least value that it finds, and remembers the least divergence, whatever its penalty.
    private static (double[] Point, double Value) Descend(
        EncoderObjective objective,
        double[] start,
        int iterations,
        double tolerance,
        ref EncoderSearch? best,
        CancellationToken cancellationToken)
    {
        var (least, end, leastDivergence) = (double.PositiveInfinity, start, best);
        var function = ObjectiveFunction.Gradient(point =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] unembedding = ((DenseVector)point).Values, gradient = new double[unembedding.Length];
            double value = objective.Evaluate(unembedding, gradient);
            if (value < least)
                (least, end) = (value, [.. unembedding]);
            if (leastDivergence is null || objective.Divergence <= leastDivergence.Divergence)
            {
                leastDivergence = new(
                    objective.Divergence, [.. unembedding], [.. objective.Embeddings], gradient.Max(Math.Abs));
            }
            return (value, new DenseVector(gradient));
        });
        var search = new LimitedMemoryBfgsMinimizer(tolerance, LeastProgress, LeastProgress, Memory, iterations);
        try
        {
            search.FindMinimum(function, new DenseVector(start));
        }
        catch (OptimizationException)
        {
            // Rounding leaves no step downwards, or the iterations are used up: the best point so far counts.
        }
        best = leastDivergence;
        return (end, least);
    }

    /// <summary>Under PyTorch's names: every context has the embedding of its row.</summary>
    public StateDict Parameters(DistinctRows rows, SequenceEncoderArchitecture architecture)
    {
        int size = rows.VocabularySize, dimension = architecture.Options.EmbeddingDimension;
        double[] embeddings = new double[rows.RowOfContext.Length * dimension];
        ushort[] context = new ushort[architecture.Order - 1];
        for (int index = 0; index < rows.RowOfContext.Length; index++)
        {
            if (rows.RowOfContext[index] < 0)
                continue;
            ContextIndex.Decode(index, size, context);
            long place = ContextIndex.Of(context, size);
            Array.Copy(Embeddings, rows.RowOfContext[index] * dimension, embeddings, place * dimension, dimension);
        }
        double[] unembedding = new double[size * dimension];
        for (int token = 0; token < size; token++)
        {
            for (int k = 0; k < dimension; k++)
                unembedding[token * dimension + k] = Unembedding[k * size + token];
        }
        var parameters = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
            parameters.Add(name, new(shape, name == "word_emb.weight" ? embeddings : unembedding));
        return parameters;
    }
}
