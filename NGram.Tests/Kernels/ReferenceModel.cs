using NGram.Data.Distributions;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.Kernels;

/// <summary>The models by definition, in double: position by position and head by head, without tables or prefixes.</summary>
internal sealed class ReferenceModel(Architecture architecture, StateDict parameters, INGramDistribution? distribution)
{
    /// <summary>Loss and accuracy of a batch; the law's rows are the targets where there is one.</summary>
    public BatchResult Evaluate(ReadOnlySpan<ushort> tokens)
    {
        double loss = 0;
        int hits = 0, counted = 0, window = architecture.ContextWindow;
        for (int start = 0; start < tokens.Length; start += window)
        {
            var row = tokens.Slice(start, window);
            var logits = Logits(row);
            for (int s = architecture.FirstCounted; s < window - 1; s++, counted++)
            {
                loss += PositionLoss(logits[s], row, s);
                hits += Array.IndexOf(logits[s], logits[s].Max()) == row[s + 1] ? 1 : 0;
            }
        }
        return new BatchResult(loss / counted, (double)hits / counted);
    }

    /// <summary>Central differences of the loss in one element of a parameter.</summary>
    public double Derivative(ReadOnlySpan<ushort> tokens, string name, int element)
    {
        const double step = 1e-5;
        double[] values = parameters[name].Values;
        double value = values[element];
        values[element] = value + step;
        double above = Evaluate(tokens).CrossEntropy;
        values[element] = value - step;
        double below = Evaluate(tokens).CrossEntropy;
        values[element] = value;
        return (above - below) / (2 * step);
    }

    private double PositionLoss(double[] logits, ReadOnlySpan<ushort> row, int s)
    {
        var p = Softmax(logits);
        if (distribution == null)
            return -Math.Log(p[row[s + 1]] + 1e-12);
        var law = new double[p.Length];
        distribution.GetProbabilities(row[..(s + 1)], law);
        return -law.Zip(p, (a, b) => a * Math.Log(b + 1e-12)).Sum();
    }

    private double[][] Logits(ReadOnlySpan<ushort> row)
    {
        var states = architecture is TransformerArchitecture transformer ? States(transformer, row) : Embeddings(row);
        return [.. states.Select(state => Apply("unemb.weight", state))];
    }

    private double[][] Embeddings(ReadOnlySpan<ushort> row)
    {
        var states = new double[architecture.PromptLength][];
        for (int s = 0; s < states.Length; s++)
        {
            int context = 0;
            for (int j = 0; j < architecture.Order - 1; j++)
                context = context * architecture.VocabularySize + (s - j >= 0 ? row[s - j] : 0);
            states[s] = Row("word_emb.weight", context);
        }
        return states;
    }

    private double[][] States(TransformerArchitecture transformer, ReadOnlySpan<ushort> row)
    {
        var options = transformer.Options;
        var states = new double[architecture.PromptLength][];
        for (int s = 0; s < states.Length; s++)
            states[s] = Row("word_emb.weight", row[s]);
        for (int layer = 0; layer < options.Layers; layer++)
        {
            var inputs = states.Select((state, s) =>
                Add(transformer.Compresses ? Apply("linear_compress.weight", state) : state, Row("pos_emb.weight", s))).ToArray();
            for (int s = 0; s < states.Length; s++)
            {
                double[]? sum = null;
                for (int module = 0; module < options.Heads; module++)
                {
                    var output = Attend($"attn_seq.{layer}.{module}", options, inputs, s);
                    sum = sum == null ? output : Add(sum, output);
                }
                states[s] = Add(states[s], transformer.Compresses ? Apply("linear_decompress.weight", sum!) : sum!);
            }
            if (options.HasMlp)
                states = [.. states.Select(state => Add(state, Mlp($"mlp_seq.{layer}", options.MlpDepth, state)))];
        }
        return states;
    }

    private double[] Attend(string module, TransformerOptions options, double[][] inputs, int s)
    {
        int dHead = options.HeadDimension, dh = dHead / options.SubHeads;
        var projected = inputs[..(s + 1)].Select(input => Apply($"{module}.in_proj_weight", input)).ToArray();
        var mixed = new double[dHead];
        for (int first = 0; first < dHead; first += dh)
        {
            var scores = projected.Select(key =>
                Enumerable.Range(first, dh).Sum(i => projected[s][i] * key[dHead + i]) / Math.Sqrt(dh)).ToArray();
            var weights = Softmax(scores);
            for (int i = first; i < first + dh; i++)
                for (int key = 0; key <= s; key++)
                    mixed[i] += weights[key] * projected[key][2 * dHead + i];
        }
        return Apply($"{module}.out_proj.weight", mixed);
    }

    private double[] Mlp(string name, int depth, double[] x)
    {
        for (int hidden = 0; hidden < depth; hidden++)
            x = [.. Add(Apply($"{name}.{2 * hidden}.weight", x), parameters[$"{name}.{2 * hidden}.bias"].Values).Select(Gelu)];
        return Apply($"{name}.{2 * depth}.weight", x);
    }

    private double[] Apply(string name, double[] x)
    {
        var tensor = parameters[name];
        var y = new double[tensor.Shape[0]];
        for (int i = 0; i < y.Length; i++)
            for (int j = 0; j < x.Length; j++)
                y[i] += tensor.Values[i * x.Length + j] * x[j];
        return y;
    }

    private double[] Row(string name, int row)
    {
        int columns = (int)parameters[name].Shape[1];
        return parameters[name].Values[(row * columns)..((row + 1) * columns)];
    }

    private static double[] Add(double[] x, double[] y) => [.. x.Zip(y, (a, b) => a + b)];

    private static double[] Softmax(double[] x)
    {
        double max = x.Max(), sum = x.Sum(value => Math.Exp(value - max));
        return [.. x.Select(value => Math.Exp(value - max) / sum)];
    }

    /// <summary>x Phi(x), with erf by its Taylor series, which double carries as far as it differs from 1.</summary>
    public static double Gelu(double x)
    {
        double z = x / Math.Sqrt(2), term = z, sum = z;
        if (Math.Abs(z) > 5)
            return x > 0 ? x : 0;
        for (int k = 1; k < 150; k++)
            sum += (term *= -z * z / k) / (2 * k + 1);
        return x * 0.5 * (1 + 2 / Math.Sqrt(Math.PI) * sum);
    }
}
