using MathNet.Numerics.LinearAlgebra;
using NGram.Data.Distributions;
using NGram.Data.Laws;

namespace NGram.Tests.ML.Optimum;

/// <summary>
/// The best sequence encoder by another route than L-BFGS: embeddings by Newton's method for fixed unembeddings, one convex
/// problem a context, then the unembeddings for fixed embeddings, one joint convex problem, and again.
/// </summary>
internal sealed class AlternatingFit
{
    private readonly int size, dimension;
    private readonly double[][] laws;
    private readonly double[] weights;
    private readonly Vector<double>[] embeddings;
    private Matrix<double> unembeddings; // [N, d]

    public AlternatingFit(NGramDistribution law, int size, int dimension, int seed)
    {
        (this.size, this.dimension) = (size, dimension);
        var prompts = law.EnumeratePrompts(law.Order - 1).ToList();
        weights = [.. prompts.Select(prompt => prompt.Probability)];
        laws = [.. prompts.Select(prompt => Row(law, prompt.Tokens))];
        var random = new Random(seed);
        unembeddings = Matrix<double>.Build.Dense(size, dimension, (_, _) => random.NextDouble() - 0.5);
        embeddings = [.. prompts.Select(_ => Vector<double>.Build.Dense(dimension))];
    }

    /// <summary>The divergence after so many sweeps over both halves.</summary>
    public double Run(int sweeps)
    {
        for (int sweep = 0; sweep < sweeps; sweep++)
        {
            for (int context = 0; context < laws.Length; context++)
                embeddings[context] = Embed(context);
            StepUnembeddings();
        }
        return Enumerable.Range(0, laws.Length).Sum(context => weights[context] * Divergence(context, embeddings[context]));
    }

    private Vector<double> Embed(int context)
    {
        var embedding = embeddings[context];
        for (int step = 0; step < 3; step++)
        {
            var probabilities = Softmax(unembeddings * embedding);
            var gradient = unembeddings.TransposeThisAndMultiply(probabilities - Vector<double>.Build.Dense(laws[context]));
            var mean = unembeddings.TransposeThisAndMultiply(probabilities);
            var curvature = unembeddings.TransposeThisAndMultiply(
                Matrix<double>.Build.DenseOfDiagonalVector(probabilities) * unembeddings) - mean.OuterProduct(mean);
            embedding = Descend(
                embedding, (curvature + 1e-9 * Matrix<double>.Build.DenseIdentity(dimension)).Solve(gradient),
                candidate => Divergence(context, candidate));
        }
        return embedding;
    }

    // Newton's step on all N d unembeddings at once.
    private void StepUnembeddings()
    {
        int count = size * dimension;
        var gradient = Vector<double>.Build.Dense(count);
        var curvature = 1e-9 * Matrix<double>.Build.DenseIdentity(count);
        for (int context = 0; context < laws.Length; context++)
        {
            var embedding = embeddings[context];
            var probabilities = Softmax(unembeddings * embedding);
            var outer = embedding.OuterProduct(embedding);
            for (int a = 0; a < size; a++)
            {
                for (int k = 0; k < dimension; k++)
                    gradient[a * dimension + k] += weights[context] * (probabilities[a] - laws[context][a]) * embedding[k];
                for (int b = 0; b < size; b++)
                {
                    double second = weights[context] * probabilities[a] * ((a == b ? 1 : 0) - probabilities[b]);
                    for (int k = 0; k < dimension; k++)
                    {
                        for (int l = 0; l < dimension; l++)
                            curvature[a * dimension + k, b * dimension + l] += second * outer[k, l];
                    }
                }
            }
        }
        var point = Vector<double>.Build.Dense(count, i => unembeddings[i / dimension, i % dimension]);
        point = Descend(point, curvature.Solve(gradient), candidate =>
        {
            var before = unembeddings;
            unembeddings = Shaped(candidate);
            double sum = Enumerable.Range(0, laws.Length).Sum(c => weights[c] * Divergence(c, embeddings[c]));
            unembeddings = before;
            return sum;
        });
        unembeddings = Shaped(point);
    }

    private Matrix<double> Shaped(Vector<double> point) =>
        Matrix<double>.Build.Dense(size, dimension, (token, k) => point[token * dimension + k]);

    private static Vector<double> Descend(Vector<double> from, Vector<double> step, Func<Vector<double>, double> value)
    {
        double before = value(from);
        for (double length = 1; length > 1e-6; length /= 2)
        {
            var candidate = from - length * step;
            if (value(candidate) < before)
                return candidate;
        }
        return from;
    }

    private double Divergence(int context, Vector<double> embedding)
    {
        var logits = unembeddings * embedding;
        double normaliser = logits.Maximum() + Math.Log((logits - logits.Maximum()).PointwiseExp().Sum());
        return Enumerable
            .Range(0, size)
            .Where(token => laws[context][token] > 0)
            .Sum(token => laws[context][token] * (Math.Log(laws[context][token]) - logits[token] + normaliser));
    }

    private static Vector<double> Softmax(Vector<double> logits)
    {
        var exponentials = (logits - logits.Maximum()).PointwiseExp();
        return exponentials / exponentials.Sum();
    }

    private static double[] Row(NGramDistribution law, ushort[] context)
    {
        double[] row = new double[law.VocabularySize];
        law.GetProbabilities(context, row);
        return row;
    }
}
