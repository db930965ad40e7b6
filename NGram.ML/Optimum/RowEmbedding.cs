using System.Numerics.Tensors;

namespace NGram.ML.Optimum;

/// <summary>
/// The best embedding e of one law for given unembeddings U: it minimises KL(pi | softmax(U e)) + lambda/2 |e|^2, a convex
/// problem in d variables, by Newton's method.
/// </summary>
/// <param name="size">N.</param>
/// <param name="dimension">d.</param>
internal sealed class RowEmbedding(int size, int dimension)
{
    private const int MostSteps = 60, MostHalvings = 30;

    // The gain that a step promises, in nats: below the first, Newton's steps need no line search; below the second, they end.
    private const double SafeGain = 1e-6, LeastGain = 1e-18;

    // Relative to the mean curvature: directions that the unembeddings leave free have none.
    private const double Ridge = 1e-12;

    private readonly double[] excess = new double[size], probabilities = new double[size], weighted = new double[size];
    private readonly double[] gradient = new double[dimension], step = new double[dimension], tried = new double[dimension];
    private readonly double[] curvature = new double[dimension * dimension], means = new double[dimension];

    /// <summary>p - pi of the last fit: [N].</summary>
    public ReadOnlySpan<double> Excess => excess;

    /// <summary>Moves an embedding to where cross entropy plus penalty is least.</summary>
    /// <param name="unembedding">[d, N].</param>
    /// <param name="law">[N].</param>
    /// <param name="penalty">lambda.</param>
    /// <param name="embedding">[d]: the start, replaced by the result.</param>
    /// <returns>The cross entropy there, in nats, without the penalty.</returns>
    public double Fit(ReadOnlySpan<double> unembedding, ReadOnlySpan<double> law, double penalty, Span<double> embedding)
    {
        double entropy = Predict(unembedding, law, embedding), value = entropy + Cost(penalty, embedding);
        double last = double.PositiveInfinity;
        for (int i = 0; i < MostSteps; i++)
        {
            double gain = Newton(unembedding, law, penalty, embedding);
            // Near the minimum each gain is about the square of the one before; where it is not, it is rounding error.
            if (!(gain > LeastGain) || gain < SafeGain && gain > last / 2)
                break;
            last = gain;
            double length = 1, before = value;
            for (int halving = 0; halving < MostHalvings; halving++, length /= 2)
            {
                TensorPrimitives.MultiplyAdd(step, -length, embedding, tried);
                entropy = Predict(unembedding, law, tried);
                value = entropy + Cost(penalty, tried);
                if (gain < SafeGain || value <= before - 1e-4 * length * gain)
                    break;
            }
            tried.CopyTo(embedding);
        }
        TensorPrimitives.Subtract(probabilities, law, excess);
        return entropy;
    }

    private static double Cost(double penalty, ReadOnlySpan<double> embedding) =>
        penalty / 2 * TensorPrimitives.SumOfSquares(embedding);

    private double Predict(ReadOnlySpan<double> unembedding, ReadOnlySpan<double> law, ReadOnlySpan<double> embedding)
    {
        Array.Clear(probabilities);
        for (int k = 0; k < dimension; k++)
            TensorPrimitives.MultiplyAdd(unembedding.Slice(k * size, size), embedding[k], probabilities, probabilities);
        double likelihood = TensorPrimitives.Dot(probabilities, law), greatest = TensorPrimitives.Max<double>(probabilities);
        TensorPrimitives.Subtract(probabilities, greatest, probabilities);
        TensorPrimitives.Exp<double>(probabilities, probabilities);
        double sum = TensorPrimitives.Sum<double>(probabilities);
        TensorPrimitives.Divide(probabilities, sum, probabilities);
        return greatest + Math.Log(sum) - likelihood;
    }

    // The step, and twice what it would gain if the function were quadratic.
    private double Newton(
        ReadOnlySpan<double> unembedding, ReadOnlySpan<double> law, double penalty, ReadOnlySpan<double> embedding)
    {
        TensorPrimitives.Subtract(probabilities, law, excess);
        double trace = 0;
        for (int k = 0; k < dimension; k++)
        {
            var direction = unembedding.Slice(k * size, size);
            gradient[k] = TensorPrimitives.Dot<double>(direction, excess) + penalty * embedding[k];
            TensorPrimitives.Multiply(direction, probabilities, weighted);
            means[k] = TensorPrimitives.Sum<double>(weighted);
            for (int l = 0; l <= k; l++)
            {
                curvature[k * dimension + l] =
                    TensorPrimitives.Dot(weighted, unembedding.Slice(l * size, size)) - means[k] * means[l];
            }
            trace += curvature[k * dimension + k];
        }
        double ridge = penalty + Ridge * trace / dimension + double.Epsilon;
        for (int k = 0; k < dimension; k++)
            curvature[k * dimension + k] += ridge;
        gradient.CopyTo(step, 0);
        TriangularFactor.Create(curvature, dimension);
        TriangularFactor.Solve(curvature, step);
        TriangularFactor.SolveTransposed(curvature, step);
        return TensorPrimitives.Dot<double>(gradient, step);
    }
}
