using System.Numerics.Tensors;
using NGram.ML.Constructions.Systems;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Inspection;

/// <summary>
/// A forward pass in double that shows what every head does to the last position: where it looks and what it writes.
/// </summary>
internal sealed class GlassForward
{
    private readonly TransformerArchitecture architecture;
    private readonly StateDict parameters;
    private readonly HeadMatrices[] heads;
    private readonly int d;

    public GlassForward(TransformerArchitecture architecture, StateDict parameters)
    {
        (this.architecture, this.parameters) = (architecture, parameters);
        d = architecture.Options.EmbeddingDimension;
        var options = architecture.Options;
        heads =
        [
            .. from layer in Enumerable.Range(0, options.Layers)
               from module in Enumerable.Range(0, options.Heads)
               from head in Enumerable.Range(0, options.SubHeads)
               select new HeadMatrices(architecture, parameters, new(layer, module, head)),
        ];
    }

    /// <summary>The heads, layer by layer.</summary>
    public IReadOnlyList<HeadMatrices> Heads => heads;

    /// <summary>Runs a prompt.</summary>
    /// <param name="prompt">Tokens, at most S.</param>
    /// <param name="seen">
    /// Called for every head with the weights that its last query gives to the positions, and what it adds to the last position's
    /// residual.
    /// </param>
    /// <returns>The last position's embedding, and its final residual.</returns>
    public (double[] Embedding, double[] Residual) Run(
        IReadOnlyList<ushort> prompt, Action<int, ReadOnlySpan<double>, ReadOnlySpan<double>> seen)
    {
        double[] words = parameters["word_emb.weight"].Values, positions = parameters["pos_emb.weight"].Values;
        int input = architecture.AttentionInputDimension, perLayer = heads.Length / architecture.Options.Layers;
        double[][] stream = [.. prompt.Select(token => words[(token * d)..((token + 1) * d)])];
        double[] embedding = [.. stream[^1]];
        for (int layer = 0; layer < architecture.Options.Layers; layer++)
        {
            double[][] read = [.. stream.Select(vector => heads[0].Read(vector))];
            for (int position = 0; position < read.Length; position++)
                TensorPrimitives.Add(read[position], positions.AsSpan(position * input, input), read[position]);
            // Nothing reads the last layer's other positions.
            int first = layer == architecture.Options.Layers - 1 ? read.Length - 1 : 0;
            for (int i = layer * perLayer; i < (layer + 1) * perLayer; i++)
            {
                double[][] keys = [.. read.Select(vector => heads[i].Key(vector))];
                double[][] written = [.. read.Select(vector => heads[i].Write(vector))];
                for (int position = first; position < read.Length; position++)
                {
                    double[] weights = Attend(heads[i].Query(read[position]), keys.AsSpan(0, position + 1)), sum = new double[d];
                    for (int j = 0; j <= position; j++)
                        TensorPrimitives.MultiplyAdd(written[j], weights[j], sum, sum);
                    TensorPrimitives.Add<double>(stream[position], sum, stream[position]);
                    if (position == read.Length - 1)
                        seen(i, weights, sum);
                }
            }
            if (architecture.Options.HasMlp)
            {
                for (int position = first; position < stream.Length; position++)
                    TensorPrimitives.Add<double>(stream[position], Mlp(layer, stream[position]), stream[position]);
            }
        }
        return (embedding, stream[^1]);
    }

    private static double[] Attend(double[] query, ReadOnlySpan<double[]> keys)
    {
        double[] weights = new double[keys.Length];
        for (int j = 0; j < keys.Length; j++)
            weights[j] = TensorPrimitives.Dot<double>(query, keys[j]);
        TensorPrimitives.Subtract(weights, TensorPrimitives.Max<double>(weights), weights);
        TensorPrimitives.SoftMax<double>(weights, weights);
        return weights;
    }

    private double[] Mlp(int layer, double[] vector)
    {
        int depth = architecture.Options.MlpDepth;
        for (int hidden = 0; hidden < depth; hidden++)
        {
            string name = $"mlp_seq.{layer}.{2 * hidden}.";
            vector = HeadMatrices.Product(parameters[name + "weight"].Values, vector);
            TensorPrimitives.Add<double>(vector, parameters[name + "bias"].Values, vector);
            for (int i = 0; i < vector.Length; i++)
                vector[i] = Gelu.Of(vector[i]);
        }
        return HeadMatrices.Product(parameters[$"mlp_seq.{layer}.{2 * depth}.weight"].Values, vector);
    }
}
