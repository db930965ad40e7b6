using System.Numerics.Tensors;
using NGram.Data.Distributions;
using NGram.Data.Randomness;
using NGram.ML.Models;

namespace NGram.ML.Constructions.Systems;

/// <summary>
/// What the heads of one attention layer read of a prompt, with generic embeddings and matrices: for every head the sum over keys
/// of p v, and the last token's embedding, which the skip connection adds. By the paper's proof, the rows of up to H d_h + d
/// prompts, the length of a row, are linearly independent for almost all embeddings and matrices.
/// </summary>
internal sealed class AttentionAverages
{
    private readonly int heads, width, dimension;

    /// <param name="architecture">One layer, whose heads read the residual stream itself.</param>
    /// <param name="scoreScale">Standard deviation of the scores q.k / sqrt(d_h).</param>
    /// <param name="seed">Seed of the embeddings and matrices.</param>
    public AttentionAverages(TransformerArchitecture architecture, double scoreScale, int seed)
    {
        var options = architecture.Options;
        heads = options.Heads * options.SubHeads;
        width = options.HeadDimension / options.SubHeads;
        dimension = options.EmbeddingDimension;
        ScoreScale = scoreScale;
        double one = 1 / Math.Sqrt(dimension);
        WordEmbedding = Normal(seed, 1, architecture.VocabularySize * dimension, 1);
        PositionEmbedding = Normal(seed, 2, architecture.ContextWindow * dimension, 1);
        // An element of a query then has the variance scale, since word and position add up to 2, and a score has scale^2.
        double root = Math.Sqrt(scoreScale / 2) * one;
        Query = Normal(seed, 3, heads * width * dimension, root);
        Key = Normal(seed, 4, heads * width * dimension, root);
        Value = Normal(seed, 5, heads * width * dimension, one);
    }

    /// <summary>Standard deviation of the scores.</summary>
    public double ScoreScale { get; }

    /// <summary>Length of a row: H d_h + d.</summary>
    public int Columns => heads * width + dimension;

    /// <summary>[N, d].</summary>
    public double[] WordEmbedding { get; }

    /// <summary>[context window, d].</summary>
    public double[] PositionEmbedding { get; }

    /// <summary>[heads, d_h, d], like <see cref="Key"/> and <see cref="Value"/>.</summary>
    public double[] Query { get; }

    /// <inheritdoc cref="Query"/>
    public double[] Key { get; }

    /// <inheritdoc cref="Query"/>
    public double[] Value { get; }

    /// <summary>Length of a row: H d_h + d.</summary>
    /// <exception cref="OverflowException">It is more than 2^31 - 1.</exception>
    public static int ColumnsOf(TransformerArchitecture architecture) =>
        checked(architecture.Options.Heads * architecture.Options.HeadDimension + architecture.Options.EmbeddingDimension);

    /// <summary>
    /// Number of prompts with independent rows, H min(d_h, d) + d: a head wider than the embedding adds no more than d.
    /// </summary>
    public static int RoomOf(TransformerArchitecture architecture)
    {
        var options = architecture.Options;
        int width = options.HeadDimension / options.SubHeads, d = options.EmbeddingDimension;
        return checked(options.Heads * options.SubHeads * Math.Min(width, d) + d);
    }

    /// <summary>A row for every prompt: [prompts, H d_h + d] row-major.</summary>
    public double[] Of(IReadOnlyList<Prompt> prompts)
    {
        double[] rows = new double[(long)prompts.Count * Columns];
        Parallel.For(0, prompts.Count, i => Fill(prompts[i].Tokens, rows.AsSpan(i * Columns, Columns)));
        return rows;
    }

    private void Fill(ushort[] prompt, Span<double> row)
    {
        double[] stream = new double[prompt.Length * dimension];
        for (int position = 0; position < prompt.Length; position++)
        {
            for (int i = 0; i < dimension; i++)
            {
                stream[position * dimension + i] =
                    WordEmbedding[prompt[position] * dimension + i] + PositionEmbedding[position * dimension + i];
            }
        }

        double[] query = new double[width], weights = new double[prompt.Length], mean = new double[dimension];
        for (int head = 0; head < heads; head++)
        {
            Product(Query, head, stream.AsSpan(^dimension..), query);
            Attend(head, stream, query, weights);
            Array.Clear(mean);
            for (int position = 0; position < weights.Length; position++)
            {
                for (int i = 0; i < dimension; i++)
                    mean[i] += weights[position] * stream[position * dimension + i];
            }
            Product(Value, head, mean, row.Slice(head * width, width));
        }
        WordEmbedding.AsSpan(prompt[^1] * dimension, dimension).CopyTo(row[^dimension..]);
    }

    // Softmax over the keys of q.k / sqrt(d_h).
    private void Attend(int head, double[] stream, double[] query, double[] weights)
    {
        double[] key = new double[width];
        for (int position = 0; position < weights.Length; position++)
        {
            Product(Key, head, stream.AsSpan(position * dimension, dimension), key);
            weights[position] = TensorPrimitives.Dot<double>(query, key) / Math.Sqrt(width);
        }
        // Relative to the greatest score: otherwise sharp scores would overflow.
        TensorPrimitives.Subtract(weights, TensorPrimitives.Max<double>(weights), weights);
        TensorPrimitives.SoftMax<double>(weights, weights);
    }

    private void Product(double[] matrices, int head, ReadOnlySpan<double> vector, Span<double> product)
    {
        for (int i = 0; i < width; i++)
        {
            var row = matrices.AsSpan((head * width + i) * dimension, dimension);
            product[i] = TensorPrimitives.Dot<double>(row, vector);
        }
    }

    private static double[] Normal(int seed, int stream, int count, double deviation)
    {
        var random = new CounterRandom(CounterRandom.Key(seed, stream));
        double[] values = new double[count];
        for (int i = 0; i < count; i++)
            values[i] = deviation * random.NextNormal();
        return values;
    }
}
