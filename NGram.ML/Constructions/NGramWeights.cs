using NGram.ML.Constructions.Systems;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Constructions;

/// <summary>
/// The parameters of <see cref="NGramConstruction"/>. Slot i of the residual stream holds the token i places back, one-hot; the
/// last two coordinates hold the position, which heads read and which the stream does not keep. The logits are slot 0.
/// </summary>
internal sealed class NGramWeights
{
    private readonly int n, slots, d, width;
    private readonly double sharpness, impossible;

    /// <param name="architecture">The model, with the construction's sizes.</param>
    /// <param name="sharpness">The value of a hidden unit that is on.</param>
    /// <param name="scoreGap">Minimum distance between two scores of a head.</param>
    public NGramWeights(TransformerArchitecture architecture, double sharpness, double scoreGap)
    {
        (n, slots, d) = (architecture.VocabularySize, architecture.Order - 1, architecture.Options.EmbeddingDimension);
        width = architecture.Options.MlpWidth;
        this.sharpness = sharpness;
        impossible = PromptTargets.ImpossibleLogit(n);
        Parameters = Construction.Zeros(architecture);
        var (words, positions, unembedding) =
            (Values("word_emb.weight"), Values("pos_emb.weight"), Values("unemb.weight"));
        for (int token = 0; token < n; token++)
        {
            words[token * d + token] = 1;
            unembedding[token * d + token] = 1;
        }
        double angle = 2 * Math.PI / architecture.ContextWindow;
        for (int position = 0; position < architecture.ContextWindow; position++)
            (positions[position * d + d - 1], positions[position * d + d - 2]) = Math.SinCos(angle * position);
        // Neighbours on the circle are the closest.
        double scale = scoreGap / (1 - Math.Cos(angle)) * Math.Sqrt(architecture.Options.HeadDimension);
        for (int head = 1; head < slots; head++)
            SetHead(head, architecture.Options.HeadDimension, angle * head, scale);
    }

    /// <summary>Under PyTorch's names, in double.</summary>
    public StateDict Parameters { get; }

    /// <summary>Makes a hidden unit detect a context and output the context's law.</summary>
    public void SetContext(int unit, ReadOnlySpan<ushort> context, ReadOnlySpan<double> law)
    {
        var detector = Values("mlp_seq.0.0.weight").AsSpan(unit * d, d);
        for (int slot = 0; slot < slots; slot++)
            detector[slot * n + context[slots - 1 - slot]] = sharpness;
        // The unit is on if all tokens agree, and at most 0 if one does not.
        Values("mlp_seq.0.0.bias")[unit] = sharpness * (1 - slots);
        double[] table = Values("mlp_seq.0.2.weight");
        for (int token = 0; token < n; token++)
        {
            double logit = law[token] > 0 ? Math.Log(law[token]) : impossible;
            // Slot 0 holds the last token already.
            table[token * width + unit] = (logit - (token == context[^1] ? 1 : 0)) / sharpness;
        }
    }

    // Its query is the position, rotated back by that many places.
    private void SetHead(int slot, int headDimension, double angle, double scale)
    {
        string head = $"attn_seq.0.{slot - 1}.";
        double[] inputs = Values(head + "in_proj_weight"), output = Values(head + "out_proj.weight");
        int cosine = d - 2, sine = d - 1, key = headDimension * d, value = 2 * headDimension * d;
        inputs[cosine] = scale * Math.Cos(angle);
        inputs[sine] = scale * Math.Sin(angle);
        inputs[d + cosine] = -scale * Math.Sin(angle);
        inputs[d + sine] = scale * Math.Cos(angle);
        inputs[key + cosine] = 1;
        inputs[key + d + sine] = 1;
        for (int token = 0; token < n; token++)
        {
            inputs[value + token * d + token] = 1;
            output[(slot * n + token) * headDimension + token] = 1;
        }
    }

    private double[] Values(string name) => Parameters[name].Values;
}
