using System.Numerics.Tensors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Constructions.Systems;

/// <summary>
/// The same attention-only model with weights of similar size: what goes into the residual stream is scaled against what reads
/// it, and what a head reads against what it writes. Adam moves all weights by similar steps, whatever their size.
/// </summary>
internal static class BalancedWeights
{
    /// <summary>Scales parameters of one layer, in place; the logits stay as they are.</summary>
    public static void Scale(StateDict parameters, TransformerArchitecture architecture)
    {
        double[] words = parameters["word_emb.weight"].Values, unembedding = parameters["unemb.weight"].Values;
        double stream = Math.Sqrt(Size(unembedding) / Size(words));
        Multiply(words, stream);
        Multiply(parameters["pos_emb.weight"].Values, stream);
        Multiply(unembedding, 1 / stream);
        for (int module = 0; module < architecture.Options.Heads; module++)
        {
            double[] inputs = parameters[$"attn_seq.0.{module}.in_proj_weight"].Values;
            double[] output = parameters[$"attn_seq.0.{module}.out_proj.weight"].Values;
            Multiply(inputs, 1 / stream);
            Multiply(output, stream);
            int rows = inputs.Length / 3;
            Against(inputs.AsSpan(0, rows), inputs.AsSpan(rows, rows));
            Against(inputs.AsSpan(2 * rows), output);
        }
    }

    private static void Against(Span<double> first, Span<double> second)
    {
        double factor = Math.Sqrt(Size(second) / Size(first));
        Multiply(first, factor);
        Multiply(second, 1 / factor);
    }

    // Never 0, even though a head may read or write nothing.
    private static double Size(ReadOnlySpan<double> values) =>
        Math.Max(TensorPrimitives.Norm(values) / Math.Sqrt(values.Length), 1e-100);

    private static void Multiply(Span<double> values, double factor) => TensorPrimitives.Multiply(values, factor, values);
}
