using System.Numerics.Tensors;

namespace NGram.ML.Optimum;

/// <summary>
/// The divergence of a sequence encoder of dimension d as a function of its parameters, with its exact gradient, in double:
/// sum over rows c of w_c KL(pi_c | softmax(U e_c)).
/// </summary>
/// <remarks>
/// The variables are z_c = e_c sqrt(N w_c) and U transposed. So scaled, embeddings and unembedding have second derivatives of one
/// size, and L-BFGS takes about a fifth of the iterations.
/// </remarks>
internal sealed class EncoderObjective
{
    private readonly DistinctRows rows;
    private readonly int dimension, size, unembedding;
    private readonly double[] scales, logits;
    private readonly double entropy;

    /// <param name="rows">The laws to predict.</param>
    /// <param name="dimension">d.</param>
    public EncoderObjective(DistinctRows rows, int dimension)
    {
        (this.rows, this.dimension, size) = (rows, dimension, rows.VocabularySize);
        unembedding = rows.Count * dimension;
        scales = [.. rows.Weights.Select(weight => 1 / Math.Sqrt(size * weight))];
        logits = new double[size];
        for (int row = 0; row < rows.Count; row++)
            entropy += rows.Weights[row] * Data.Distributions.Entropies.OfRow(rows[row]);
    }

    /// <summary>Number of variables: d (rows + N).</summary>
    public int Count => checked(unembedding + size * dimension);

    /// <summary>Factors from variables to embeddings, by row.</summary>
    public IReadOnlyList<double> Scales => scales;

    /// <summary>The divergence, in nats.</summary>
    /// <param name="variables">[rows, d], then [d, N].</param>
    /// <param name="gradient">Receives as many derivatives.</param>
    public double Evaluate(ReadOnlySpan<double> variables, Span<double> gradient)
    {
        gradient.Clear();
        double divergence = -entropy;
        for (int row = 0; row < rows.Count; row++)
        {
            var law = rows[row];
            double weight = rows.Weights[row], scale = scales[row];
            Array.Clear(logits);
            for (int k = 0; k < dimension; k++)
            {
                double embedding = variables[row * dimension + k] * scale;
                TensorPrimitives.MultiplyAdd(variables.Slice(unembedding + k * size, size), embedding, logits, logits);
            }
            double likelihood = TensorPrimitives.Dot(logits, law), greatest = TensorPrimitives.Max<double>(logits);
            TensorPrimitives.Subtract(logits, greatest, logits);
            TensorPrimitives.Exp<double>(logits, logits);
            double sum = TensorPrimitives.Sum<double>(logits);
            divergence += weight * (greatest + Math.Log(sum) - likelihood);

            // d/d logits = w (p - pi)
            TensorPrimitives.Multiply(logits, weight / sum, logits);
            TensorPrimitives.MultiplyAdd(law, -weight, logits, logits);
            for (int k = 0; k < dimension; k++)
            {
                double embedding = variables[row * dimension + k] * scale;
                var of = gradient.Slice(unembedding + k * size, size);
                TensorPrimitives.MultiplyAdd(logits, embedding, of, of);
                gradient[row * dimension + k] =
                    scale * TensorPrimitives.Dot(logits, variables.Slice(unembedding + k * size, size));
            }
        }
        return divergence;
    }

    /// <summary>An embedding: [d].</summary>
    public double[] Embedding(ReadOnlySpan<double> variables, int row)
    {
        double[] embedding = new double[dimension];
        TensorPrimitives.Multiply(variables.Slice(row * dimension, dimension), scales[row], embedding);
        return embedding;
    }

    /// <summary>The unembedding: [N, d] row-major.</summary>
    public double[] Unembedding(ReadOnlySpan<double> variables)
    {
        double[] values = new double[size * dimension];
        for (int k = 0; k < dimension; k++)
        {
            for (int token = 0; token < size; token++)
                values[token * dimension + k] = variables[unembedding + k * size + token];
        }
        return values;
    }
}
