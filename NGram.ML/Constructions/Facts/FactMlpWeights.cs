using NGram.ML.Constructions.Systems;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Constructions.Facts;

/// <summary>The parameters of <see cref="FactMlpConstruction"/>; weights of unused MLP units are 0.</summary>
internal static class FactMlpWeights
{
    /// <summary>Under PyTorch's names, in double.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="stream">Embeddings and attention.</param>
    /// <param name="mlp">The MLP behind them.</param>
    /// <param name="unembedding">[N, code].</param>
    /// <param name="code">Length of a code: the first coordinates of the residual stream.</param>
    public static StateDict ToStateDict(
        TransformerArchitecture architecture, RandomStream stream, GatedMlp mlp, double[] unembedding, int code)
    {
        int d = architecture.Options.EmbeddingDimension, width = architecture.Options.MlpWidth;
        double[] tokens = new double[architecture.VocabularySize * d];
        for (int token = 0; token < architecture.VocabularySize; token++)
            Array.Copy(unembedding, token * code, tokens, token * d, code);
        var lastTokens = Enumerable.Range(0, architecture.VocabularySize);
        var weights = new ConstructedWeights(architecture, stream.Averages, lastTokens, stream.Output, tokens).ToStateDict();
        double[] into = weights["mlp_seq.0.0.weight"].Values, bias = weights["mlp_seq.0.0.bias"].Values;
        double[] outOf = weights["mlp_seq.0.2.weight"].Values;
        for (int unit = 0; unit < mlp.Scales.Length; unit++)
        {
            Array.Copy(mlp.Hidden, unit * (d + 1), into, unit * d, d);
            bias[unit] = mlp.Hidden[unit * (d + 1) + d];
            outOf[unit / mlp.UnitsOfNumber * width + unit] = mlp.Scales[unit];
        }
        return weights;
    }
}
