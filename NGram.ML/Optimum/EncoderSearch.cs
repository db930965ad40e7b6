using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.Optimization;
using NGram.Data.Distributions;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Optimum;

/// <summary>One search by L-BFGS, and what it found as an encoder's parameters.</summary>
internal static class EncoderSearch
{
    private const int Memory = 20;

    private const double LeastProgress = 1e-14;

    /// <summary>From one start to a stationary point, or to the last iteration.</summary>
    /// <returns>The least divergence met, and where.</returns>
    public static (double Divergence, double[] Variables) Run(
        DistinctRows rows, int dimension, int number, OptimumOptions options)
    {
        var objective = new EncoderObjective(rows, dimension);
        double[] start = EncoderStart.Create(rows, objective, dimension, options.Seed, number);
        var best = (Divergence: double.PositiveInfinity, Variables: start);
        var function = ObjectiveFunction.Gradient(point =>
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            double[] variables = ((DenseVector)point).Values, gradient = new double[variables.Length];
            double divergence = objective.Evaluate(variables, gradient);
            if (divergence < best.Divergence)
                best = (divergence, [.. variables]);
            return (divergence, new DenseVector(gradient));
        });
        var search = new LimitedMemoryBfgsMinimizer(
            options.GradientTolerance, LeastProgress, LeastProgress, Memory, options.Iterations);
        try
        {
            search.FindMinimum(function, new DenseVector(start));
        }
        catch (OptimizationException)
        {
            // Rounding leaves no step downwards, or the iterations are over: the best point met counts.
        }
        return best;
    }

    /// <summary>Under PyTorch's names: every context has the embedding of its row.</summary>
    public static StateDict Parameters(DistinctRows rows, SequenceEncoderArchitecture architecture, double[] variables)
    {
        int dimension = architecture.Options.EmbeddingDimension;
        var objective = new EncoderObjective(rows, dimension);
        double[] embeddings = new double[rows.RowOfContext.Length * dimension];
        ushort[] context = new ushort[architecture.Order - 1];
        for (int index = 0; index < rows.RowOfContext.Length; index++)
        {
            if (rows.RowOfContext[index] < 0)
                continue;
            ContextIndex.Decode(index, rows.VocabularySize, context);
            objective
                .Embedding(variables, rows.RowOfContext[index])
                .CopyTo(embeddings, ContextIndex.Of(context, rows.VocabularySize) * dimension);
        }
        var parameters = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
            parameters.Add(name, new(shape, name == "word_emb.weight" ? embeddings : objective.Unembedding(variables)));
        return parameters;
    }
}
