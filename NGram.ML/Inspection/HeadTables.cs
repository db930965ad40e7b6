using System.Numerics.Tensors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Inspection;

/// <summary>
/// A head's complete tables, from which Elhage and others (2021) read skip-trigrams. In the first layer, with w the softmax over
/// the positions j of QueryKey[last, t_j] + QueryPosition[last, j], the head adds the sum of w_j (ValueOutput[t_j] +
/// PositionOutput[j]) to the logits; in later layers they cover only its path from the embeddings.
/// </summary>
public sealed class HeadTables
{
    internal HeadTables(TransformerArchitecture architecture, StateDict parameters, HeadMatrices head)
    {
        int n = architecture.VocabularySize, d = architecture.Options.EmbeddingDimension, length = architecture.PromptLength;
        int input = architecture.AttentionInputDimension;
        double[] words = parameters["word_emb.weight"].Values, positions = parameters["pos_emb.weight"].Values;
        double[] unembedding = parameters["unemb.weight"].Values;
        double[][] tokens = [.. Enumerable.Range(0, n).Select(t => head.Read(words.AsSpan(t * d, d)))];
        double[][] places = [.. Enumerable.Range(0, length).Select(j => positions[(j * input)..((j + 1) * input)])];
        Place = head.Place;
        ValueOutput = Table(tokens, read => HeadMatrices.Product(unembedding, head.Write(read)));
        PositionOutput = Table(places, read => HeadMatrices.Product(unembedding, head.Write(read)));
        double[][] keys = [.. tokens.Select(read => head.Key(read))], placeKeys = [.. places.Select(read => head.Key(read))];
        double[][] queries = [.. tokens.Select(read => Query(head, read, places[^1]))];
        QueryKey = Table(queries, query => [.. keys.Select(key => TensorPrimitives.Dot<double>(query, key))]);
        QueryPosition = Table(queries, query => [.. placeKeys.Select(key => TensorPrimitives.Dot<double>(query, key))]);
    }

    /// <summary>Where the head is.</summary>
    public HeadPlace Place { get; }

    /// <summary>[N, N]: what attending to a token (row) adds to the logit of each token (column).</summary>
    public double[,] ValueOutput { get; }

    /// <summary>[S, N]: what attending to a position (row) adds to them.</summary>
    public double[,] PositionOutput { get; }

    /// <summary>
    /// [N, N]: the score of a key's token (column) for a query of the last position with a token (row), divided by the square
    /// root of d_h.
    /// </summary>
    public double[,] QueryKey { get; }

    /// <summary>[N, S]: the score of a key's position for that query.</summary>
    public double[,] QueryPosition { get; }

    private static double[] Query(HeadMatrices head, double[] token, double[] place)
    {
        double[] sum = new double[token.Length];
        TensorPrimitives.Add<double>(token, place, sum);
        return head.Query(sum);
    }

    private static double[,] Table(double[][] inputs, Func<double[], double[]> row)
    {
        double[][] rows = [.. inputs.Select(row)];
        double[,] table = new double[rows.Length, rows[0].Length];
        for (int i = 0; i < rows.Length; i++)
        {
            for (int j = 0; j < rows[i].Length; j++)
                table[i, j] = rows[i][j];
        }
        return table;
    }
}
