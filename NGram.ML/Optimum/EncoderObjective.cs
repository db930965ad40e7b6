using System.Numerics.Tensors;

namespace NGram.ML.Optimum;

/// <summary>
/// The divergence of the best sequence encoder with given unembeddings, with its exact gradient, in double:
/// sum over rows c of w_c min_e [KL(pi_c | softmax(U e)) + lambda/2 |e|^2] + lambda/2 |U|^2 / N.
/// </summary>
/// <remarks>
/// The penalty keeps the minimum finite where the infimum is at infinity, as for laws with impossible tokens; lambda = 0 is no
/// penalty. For given unembeddings each embedding is a separate convex problem (<see cref="RowEmbedding"/>), and at their minima
/// only the gradient by the unembeddings remains (variable projection, Golub and Pereyra 1973). L-BFGS then has N d variables
/// instead of (rows + N) d, and takes a tenth of the iterations.
/// </remarks>
internal sealed class EncoderObjective
{
    // Relative to the embeddings' mean square: directions that they leave free have no variance.
    private const double Ridge = 1e-6;

    private readonly DistinctRows rows;
    private readonly int dimension, size;
    private readonly RowEmbedding fit;
    private readonly double[] embeddings; // where the next fits start
    private readonly double entropy;

    /// <param name="rows">The laws to predict.</param>
    /// <param name="dimension">d.</param>
    public EncoderObjective(DistinctRows rows, int dimension)
    {
        (this.rows, this.dimension, size) = (rows, dimension, rows.VocabularySize);
        fit = new(size, dimension);
        embeddings = new double[checked(rows.Count * dimension)];
        for (int row = 0; row < rows.Count; row++)
            entropy += rows.Weights[row] * Data.Distributions.Entropies.OfRow(rows[row]);
    }

    /// <summary>lambda, at least 0.</summary>
    public double Penalty { get; set; }

    /// <summary>The divergence of the last evaluation, in nats, without the penalty.</summary>
    public double Divergence { get; private set; }

    /// <summary>The best embeddings of the last evaluation: [rows, d].</summary>
    public ReadOnlySpan<double> Embeddings => embeddings;

    /// <summary>The divergence with the penalty, in nats.</summary>
    /// <param name="unembedding">U transposed: [d, N].</param>
    /// <param name="gradient">Receives as many derivatives.</param>
    public double Evaluate(ReadOnlySpan<double> unembedding, Span<double> gradient)
    {
        double cost = Penalty / 2 / size * TensorPrimitives.SumOfSquares(unembedding);
        TensorPrimitives.Multiply(unembedding, Penalty / size, gradient);
        Divergence = -entropy;
        for (int row = 0; row < rows.Count; row++)
        {
            var embedding = embeddings.AsSpan(row * dimension, dimension);
            double weight = rows.Weights[row];
            Divergence += weight * fit.Fit(unembedding, rows[row], Penalty, embedding);
            cost += weight * Penalty / 2 * TensorPrimitives.SumOfSquares<double>(embedding);
            for (int k = 0; k < dimension; k++)
            {
                var of = gradient.Slice(k * size, size);
                TensorPrimitives.MultiplyAdd(fit.Excess, weight * embedding[k], of, of);
            }
        }
        return Divergence + cost;
    }

    /// <summary>
    /// The same unembeddings in coordinates where the last embeddings have the identity as covariance, so that all directions
    /// curve alike; the embeddings are transformed with them.
    /// </summary>
    public double[] Whitened(ReadOnlySpan<double> unembedding)
    {
        double[] moments = new double[dimension * dimension], whitened = new double[unembedding.Length];
        double trace = 0;
        for (int row = 0; row < rows.Count; row++)
        {
            var embedding = embeddings.AsSpan(row * dimension, dimension);
            for (int k = 0; k < dimension; k++)
            {
                var of = moments.AsSpan(k * dimension, dimension);
                TensorPrimitives.MultiplyAdd(embedding, rows.Weights[row] * embedding[k], of, of);
            }
            trace += rows.Weights[row] * TensorPrimitives.SumOfSquares<double>(embedding);
        }
        for (int k = 0; k < dimension; k++)
            moments[k * dimension + k] += Ridge * trace / dimension + double.Epsilon;
        TriangularFactor.Create(moments, dimension);
        for (int row = 0; row < rows.Count; row++)
            TriangularFactor.Solve(moments, embeddings.AsSpan(row * dimension, dimension));
        for (int k = 0; k < dimension; k++)
        {
            var of = whitened.AsSpan(k * size, size);
            for (int l = k; l < dimension; l++)
                TensorPrimitives.MultiplyAdd(unembedding.Slice(l * size, size), moments[l * dimension + k], of, of);
        }
        return whitened;
    }
}
