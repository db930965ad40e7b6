using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Constructions.Systems;

/// <summary>
/// A solution as the architecture's tensors. With M the solution's matrix on the skip connection, embeddings e become M e, and
/// queries, keys and values read them through the inverse of M and so see e.
/// </summary>
/// <param name="architecture">The model.</param>
/// <param name="averages">The system that was solved, with its random matrices.</param>
/// <param name="lastTokens">The tokens that end a prompt it was solved for.</param>
/// <param name="solution">[H d_h + d, d]: output projections, then M; all transposed.</param>
/// <param name="unembedding">[N, d].</param>
internal sealed class ConstructedWeights(
    TransformerArchitecture architecture,
    AttentionAverages averages,
    IEnumerable<int> lastTokens,
    double[] solution,
    double[] unembedding)
{
    private const double Rounding = 1e-9;

    private readonly int d = architecture.Options.EmbeddingDimension;
    private readonly int module = architecture.Options.HeadDimension;

    /// <summary>Under PyTorch's names, in double.</summary>
    public StateDict ToStateDict()
    {
        double[] skip = Invertible(solution[^(d * d)..]);
        double[] inverse = LinearSystem.Inverse(skip, d); // transposed, as M is; what reads M e transposes it again
        double[] query = Product(averages.Query, Transposed(inverse)), key = Product(averages.Key, Transposed(inverse));
        double[] value = Product(averages.Value, Transposed(inverse));
        var weights = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
        {
            double[] values = name switch
            {
                "word_emb.weight" => Product(averages.WordEmbedding, skip),
                "pos_emb.weight" => Product(averages.PositionEmbedding, skip),
                "unemb.weight" => unembedding,
                _ when name.EndsWith("in_proj_weight", StringComparison.Ordinal) =>
                    [.. Module(query, name), .. Module(key, name), .. Module(value, name)],
                _ when name.EndsWith("out_proj.weight", StringComparison.Ordinal) => Output(name),
                _ => new double[(long)TensorShape.Count(shape)], // compression that d_h = d leaves unused
            };
            weights.Add(name, new(shape, values));
        }
        return weights;
    }

    // The system says nothing about directions that no last token's embedding has: there are some if these are fewer than d.
    private double[] Invertible(double[] skip)
    {
        double[] ends = [.. lastTokens.SelectMany(token => new ArraySegment<double>(averages.WordEmbedding, token * d, d))];
        double[] free = LinearSystem.Complement(ends, d);
        if (!free.Any(value => Math.Abs(value) > Rounding))
            return skip;
        double size = Math.Sqrt(skip.Sum(value => value * value) / d);
        return [.. skip.Zip(free, (value, more) => value + size * more)];
    }

    private ArraySegment<double> Module(double[] matrices, string name) =>
        new(matrices, Index(name) * module * d, module * d);

    // [d, d_head]: the transpose of the module's rows of the solution.
    private double[] Output(string name)
    {
        double[] output = new double[d * module];
        int first = Index(name) * module;
        for (int i = 0; i < module; i++)
        {
            for (int j = 0; j < d; j++)
                output[j * module + i] = solution[(first + i) * d + j];
        }
        return output;
    }

    // attn_seq.LAYER.MODULE.tensor
    private static int Index(string name) => int.Parse(name.Split('.')[2], System.Globalization.CultureInfo.InvariantCulture);

    // [rows, d] times [d, d].
    private double[] Product(double[] rows, double[] matrix)
    {
        double[] product = new double[rows.Length];
        for (int row = 0; row < rows.Length; row += d)
        {
            for (int i = 0; i < d; i++)
            {
                for (int j = 0; j < d; j++)
                    product[row + j] += rows[row + i] * matrix[i * d + j];
            }
        }
        return product;
    }

    private double[] Transposed(double[] matrix)
    {
        double[] transposed = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++)
                transposed[j * d + i] = matrix[i * d + j];
        }
        return transposed;
    }
}
