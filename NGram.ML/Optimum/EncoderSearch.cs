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
    // The penalties of the first stages, in turn, and of the last one where the infimum may be at infinity.
    private static readonly double[] Penalties = [1e-2, 1e-3, 1e-4, 1e-5];

    private const double LastPenalty = 1e-6, StageTolerance = 1e-5;

    private const int Memory = 20, StagesOfIterations = 10;

    private const double LeastProgress = 1e-14;

    /// <summary>
    /// Searches from one start to a stationary point, or until the iterations are used up, in stages of ever smaller penalties;
    /// each begins where the previous one ended. Where every probability is positive the infimum is attained, and the last stage
    /// has no penalty.
    /// </summary>
    public static EncoderSearch Run(DistinctRows rows, int dimension, int number, OptimumOptions options)
    {
        var objective = new EncoderObjective(rows, dimension) { Penalty = Penalties[0] };
        double[] point = EncoderStart.Create(rows, dimension, options.Seed, number);
        objective.Evaluate(point, new double[point.Length]);
        point = objective.Whitened(point);
        EncoderSearch? best = null;
        int iterations = Math.Max(1, options.Iterations / StagesOfIterations);
        foreach (double penalty in Penalties)
        {
            objective.Penalty = penalty;
            point = Descend(objective, point, iterations, StageTolerance, ref best, options.CancellationToken);
        }
        objective.Penalty = rows.HasFullSupport ? 0 : LastPenalty;
        iterations = rows.HasFullSupport ? options.Iterations : iterations; // towards infinity there is no end
        Descend(objective, point, iterations, options.GradientTolerance, ref best, options.CancellationToken);
        return best!;
    }

    // Goes to the least value that it finds, and remembers the least divergence, whatever its penalty.
    private static double[] Descend(
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
        return end;
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
