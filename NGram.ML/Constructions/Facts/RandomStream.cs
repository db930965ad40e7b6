using NGram.Data.Distributions;
using NGram.Data.Randomness;
using NGram.ML.Constructions.Systems;
using NGram.ML.Models;

namespace NGram.ML.Constructions.Facts;

/// <summary>Residuals of prompts after one layer of random heads: generic vectors, no two of which are equal.</summary>
internal sealed class RandomStream
{
    /// <summary>Standard deviation of the scores, so that heads look at different places.</summary>
    public const double ScoreScale = 2;

    private readonly int d;

    /// <param name="architecture">One layer, whose heads read the residual stream itself.</param>
    /// <param name="seed">Seed of all weights.</param>
    public RandomStream(TransformerArchitecture architecture, int seed)
    {
        d = architecture.Options.EmbeddingDimension;
        Averages = new(architecture, ScoreScale, seed);
        int rows = AttentionAverages.ColumnsOf(architecture) - d;
        var random = new CounterRandom(CounterRandom.Key(seed, 6));
        double deviation = 1 / Math.Sqrt(rows);
        Output = new double[(rows + d) * d];
        for (int i = 0; i < rows * d; i++)
            Output[i] = deviation * random.NextNormal();
        for (int i = 0; i < d; i++)
            Output[(rows + i) * d + i] = 1;
    }

    /// <summary>What the heads read.</summary>
    public AttentionAverages Averages { get; }

    /// <summary>[H d_h + d, d]: random output projections, then the identity of the skip connection; transposed.</summary>
    public double[] Output { get; }

    /// <summary>[prompts, d].</summary>
    public double[] Of(IReadOnlyList<Prompt> prompts)
    {
        double[] averages = Averages.Of(prompts);
        int columns = Output.Length / d;
        double[] residuals = new double[prompts.Count * d];
        Parallel.For(0, prompts.Count, i =>
        {
            for (int column = 0; column < columns; column++)
            {
                for (int j = 0; j < d; j++)
                    residuals[i * d + j] += averages[i * columns + column] * Output[column * d + j];
            }
        });
        return residuals;
    }
}
