using NGram.Data.Distributions;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.Tests.ML.Models;

/// <summary>
/// The models by their definition: plain loops in double precision, one sequence at a time, nothing shared with the product.
/// </summary>
internal static class BruteForce
{
    /// <summary>Logits of every position of one prompt, [T][N].</summary>
    public static double[][] Logits(Architecture architecture, StateDict w, ReadOnlySpan<ushort> prompt) => architecture switch
    {
        TransformerArchitecture t => Transformer(t, w, prompt),
        SequenceEncoderArchitecture s => SequenceEncoder(s, w, prompt),
        _ => throw new NotSupportedException(),
    };

    /// <summary>The loss of a batch: mean over its rows and scored positions.</summary>
    public static double Loss(Architecture architecture, StateDict w, ReadOnlySpan<ushort> tokens, INGramDistribution? law)
    {
        int window = architecture.ContextWindow, n = architecture.VocabularySize, count = 0;
        double sum = 0;
        double[] target = new double[n];
        for (int start = 0; start < tokens.Length; start += window)
        {
            var row = tokens.Slice(start, window);
            double[][] logits = Logits(architecture, w, row[..^1]);
            for (int s = Math.Max(0, architecture.Order - 2); s < window - 1; s++, count++)
            {
                Array.Clear(target);
                if (law is null)
                    target[row[s + 1]] = 1;
                else
                    law.GetProbabilities(row[..(s + 1)], target);
                double[] p = Softmax(logits[s]);
                for (int t = 0; t < n; t++)
                    sum -= target[t] * Math.Log(p[t] + 1e-12);
            }
        }
        return sum / count;
    }

    /// <summary>
    /// Five-point central differences of the loss by every parameter; their error is of the step's fourth power.
    /// </summary>
    public static StateDict Gradient(
        Architecture architecture,
        StateDict w,
        ushort[] tokens,
        INGramDistribution? law,
        double step = 3e-5)
    {
        var gradient = new StateDict();
        foreach (var (name, (shape, values)) in w)
        {
            double[] differences = new double[values.Length];
            for (int i = 0; i < values.Length; i++)
            {
                differences[i] =
                    (8 * (At(values, i, step) - At(values, i, -step)) - (At(values, i, 2 * step) - At(values, i, -2 * step)))
                    / (12 * step);
            }

            gradient.Add(name, new ParameterTensor(shape, differences));
        }
        return gradient;

        double At(double[] values, int i, double change)
        {
            double value = values[i];
            values[i] = value + change;
            double loss = Loss(architecture, w, tokens, law);
            values[i] = value;
            return loss;
        }
    }

    private static double[][] SequenceEncoder(SequenceEncoderArchitecture a, StateDict w, ReadOnlySpan<ushort> prompt)
    {
        double[][] logits = new double[prompt.Length][];
        for (int s = 0; s < prompt.Length; s++)
        {
            int index = 0, power = 1;
            for (int j = 0; j < a.Order - 1; j++, power *= a.VocabularySize)
            {
                int position = s - (a.Order - 2) + j;
                if (position < 0)
                {
                    index = 0;
                    break;
                }
                index += prompt[position] * power;
            }
            logits[s] = Linear(w, "unemb.weight", Row(w, "word_emb.weight", index));
        }
        return logits;
    }

    private static double[][] Transformer(TransformerArchitecture a, StateDict w, ReadOnlySpan<ushort> prompt)
    {
        var o = a.Options;
        bool shared = o.Projections == Projections.Shared, compresses = shared && o.EmbeddingDimension != o.HeadDimension;
        int length = prompt.Length;
        double[][] r = new double[length][];
        for (int s = 0; s < length; s++)
            r[s] = Row(w, "word_emb.weight", prompt[s]);
        for (int layer = 0; layer < o.Layers; layer++)
        {
            double[][] c = new double[length][];
            for (int s = 0; s < length; s++)
                c[s] = Add(compresses ? Linear(w, "linear_compress.weight", r[s]) : r[s], Row(w, "pos_emb.weight", s));
            for (int s = 0; s < length; s++)
            {
                double[] sum = new double[c[s].Length];
                for (int p = 0; p < o.Heads; p++)
                {
                    sum = Add(
                        sum,
                        Linear(
                            w,
                            $"attn_seq.{layer}.{p}.out_proj.weight",
                            Attend(w, $"attn_seq.{layer}.{p}.in_proj_weight", c, s, o)));
                }

                r[s] = Add(r[s], compresses ? Linear(w, "linear_decompress.weight", sum) : sum);
            }
            if (o.MlpWidth * o.MlpDepth > 0)
            {
                for (int s = 0; s < length; s++)
                {
                    double[] hidden = r[s];
                    for (int h = 0; h < o.MlpDepth; h++)
                    {
                        hidden =
                        [
                            .. Add(
                                    Linear(w, $"mlp_seq.{layer}.{2 * h}.weight", hidden),
                                    w[$"mlp_seq.{layer}.{2 * h}.bias"].Values)
                                .Select(Gelu),
                        ];
                    }

                    r[s] = Add(r[s], Linear(w, $"mlp_seq.{layer}.{2 * o.MlpDepth}.weight", hidden));
                }
            }
        }
        return [.. r.Select(x => Linear(w, "unemb.weight", x))];
    }

    // The concatenated heads of one module at position s, before its output projection.
    private static double[] Attend(StateDict w, string name, double[][] c, int s, TransformerOptions o)
    {
        int d = o.HeadDimension, width = d / o.SubHeads;
        double[] query = Linear(w, name, c[s])[..d];
        double[][] keys = [.. c[..(s + 1)].Select(x => Linear(w, name, x)[d..(2 * d)])];
        double[][] values = [.. c[..(s + 1)].Select(x => Linear(w, name, x)[(2 * d)..])];
        double[] output = new double[d];
        for (int head = 0; head < o.SubHeads; head++)
        {
            double[] scores = new double[s + 1];
            for (int u = 0; u <= s; u++)
            {
                for (int i = head * width; i < (head + 1) * width; i++)
                    scores[u] += query[i] * keys[u][i] / Math.Sqrt(width);
            }

            double[] weights = Softmax(scores);
            for (int u = 0; u <= s; u++)
            {
                for (int i = head * width; i < (head + 1) * width; i++)
                    output[i] += weights[u] * values[u][i];
            }
        }
        return output;
    }

    private static double[] Softmax(double[] x)
    {
        double max = x.Max();
        double[] e = [.. x.Select(v => Math.Exp(v - max))];
        double sum = e.Sum();
        return [.. e.Select(v => v / sum)];
    }

    private static double Gelu(double x) => x / 2 * (1 + Erf(x / Math.Sqrt(2)));

    // Abramowitz and Stegun 7.1.6: a series of positive terms, of which large numbers would take too many.
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 6)
            return Math.Sign(x); // to 2e-17
        double sum = 0, term = x;
        for (int n = 0; n < 300; n++)
        {
            sum += term;
            term *= 2 * x * x / (2 * n + 3);
        }
        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    private static double[] Row(StateDict w, string name, int row)
    {
        int columns = (int)w[name].Shape[1];
        return w[name].Values[(row * columns)..((row + 1) * columns)];
    }

    private static double[] Linear(StateDict w, string name, double[] x)
    {
        var (shape, values) = w[name];
        double[] y = new double[shape[0]];
        for (int i = 0; i < y.Length; i++)
        {
            for (int j = 0; j < x.Length; j++)
                y[i] += values[i * x.Length + j] * x[j];
        }

        return y;
    }

    private static double[] Add(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];
}
