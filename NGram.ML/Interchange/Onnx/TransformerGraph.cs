using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Interchange.Onnx;

/// <summary>The transformer's forward pass as nodes of an ONNX graph; a layer's heads share their matrix products.</summary>
internal sealed class TransformerGraph(OnnxGraph graph, TransformerArchitecture architecture, StateDict parameters)
{
    private readonly TransformerOptions options = architecture.Options;
    private readonly int length = architecture.PromptLength;

    /// <summary>int64 tokens [B, S] to logits [B, S, N], or [B, 1, N] of the last position.</summary>
    public string Logits(string tokens, bool lastOnly)
    {
        // [S, in]
        string positions = graph.Node("Slice", Parameter("pos_emb.weight"), graph.Integers([0], 1), graph.Integers([length], 1));
        string r = LogitsGraph.Embedding(graph, parameters, "word_emb.weight", tokens); // [B, S, d]
        for (int layer = 0; layer < options.Layers; layer++)
        {
            // Later layers read every position, so that only the last one can leave some out.
            bool lastHere = lastOnly && layer == options.Layers - 1;
            string compressed = architecture.Compresses ? Linear(r, "linear_compress.weight") : r;
            string c = graph.Node("Add", compressed, positions); // [B, S, in]
            string a = Attention(layer, c, lastHere);
            r = graph.Node(
                "Add",
                lastHere ? LastPosition(r) : r,
                architecture.Compresses ? Linear(a, "linear_decompress.weight") : a);
            if (options.HasMlp)
                r = graph.Node("Add", r, FeedForward(layer, r));
        }
        return Linear(r, "unemb.weight");
    }

    // [B, S, in] to [B, T, in], T = S or 1.
    private string Attention(int layer, string c, bool lastOnly)
    {
        int width = options.HeadDimension / options.SubHeads;
        string all = InProjections(layer);
        string scaled = graph.Node("Mul", InProjection(all, 0), graph.Reals([1 / Math.Sqrt(width)]));
        string query = Heads(lastOnly ? LastPosition(c) : c, scaled, 0, 2, 1, 3); // [B, heads, T, width]
        string key = Heads(c, InProjection(all, 1), 0, 2, 3, 1); // [B, heads, width, S]
        string value = Heads(c, InProjection(all, 2), 0, 2, 1, 3); // [B, heads, S, width]
        string scores = graph.Node("MatMul", query, key); // [B, heads, T, S]
        if (!lastOnly)
            scores = graph.Node("Add", scores, FutureMask());
        string mixed = graph.Node("MatMul", graph.Node("Softmax", scores), value); // [B, heads, T, width]
        string joined = graph.Node("Transpose", [OnnxGraph.Attribute("perm", 0, 2, 1, 3)], mixed);
        return graph.Node(
            "MatMul",
            graph.Node("Reshape", joined, graph.Integers([0, 0, options.Heads * options.HeadDimension], 3)),
            OutProjection(layer));
    }

    // Projects and splits into all modules' sub-heads: [B, T, in] to [B, T, heads, width], then permuted.
    private string Heads(string c, string projection, params long[] permutation)
    {
        long heads = options.Heads * options.SubHeads, width = options.HeadDimension / options.SubHeads;
        string split = graph.Node("Reshape", graph.Node("MatMul", c, projection), graph.Integers([0, 0, heads, width], 4));
        return graph.Node("Transpose", [OnnxGraph.Attribute("perm", permutation)], split);
    }

    // All modules' in-projections, [P, 3, d_head, in]: what is made of parameters alone is computed once, when a file is loaded.
    private string InProjections(int layer)
    {
        string[] modules =
        [
            .. Enumerable.Range(0, options.Heads).Select(module => Parameter($"attn_seq.{layer}.{module}.in_proj_weight")),
        ];
        string joined = graph.Node("Concat", [OnnxGraph.Attribute("axis", 0)], modules); // [P 3 d_head, in]
        return graph.Node(
            "Reshape",
            joined,
            graph.Integers([options.Heads, 3, options.HeadDimension, architecture.AttentionInputDimension], 4));
    }

    // One part (0 query, 1 key, 2 value) of all modules side by side, transposed: [in, P d_head].
    private string InProjection(string all, int part)
    {
        string own = graph.Node("Gather", [OnnxGraph.Attribute("axis", 1)], all, graph.Integers([part])); // [P, d_head, in]
        return graph.Node("Transpose", graph.Node("Reshape", own, graph.Integers([-1, architecture.AttentionInputDimension], 2)));
    }

    // The output projections of all modules one below the other, transposed: the product sums over the modules. [P d_head, in]
    private string OutProjection(int layer)
    {
        string[] modules =
        [
            .. Enumerable.Range(0, options.Heads).Select(module => Parameter($"attn_seq.{layer}.{module}.out_proj.weight")),
        ];
        return graph.Node("Transpose", graph.Node("Concat", [OnnxGraph.Attribute("axis", 1)], modules));
    }

    private string FeedForward(int layer, string x)
    {
        for (int hidden = 0; hidden < options.MlpDepth; hidden++)
        {
            x = Gelu(
                graph.Node(
                    "Add",
                    Linear(x, $"mlp_seq.{layer}.{2 * hidden}.weight"),
                    Parameter($"mlp_seq.{layer}.{2 * hidden}.bias")));
        }
        return Linear(x, $"mlp_seq.{layer}.{2 * options.MlpDepth}.weight");
    }

    // x (1 + erf(x / sqrt 2)) / 2; the operator Gelu comes with opset 20 only.
    private string Gelu(string x)
    {
        string scaled = graph.Node("Div", x, graph.Reals([Math.Sqrt(2)]));
        string erf = options.Precision == ModelPrecision.Float64 ? ErrorFunction.Add(graph, scaled) : graph.Node("Erf", scaled);
        string twice = graph.Node("Mul", x, graph.Node("Add", erf, graph.Reals([1])));
        return graph.Node("Mul", twice, graph.Reals([0.5]));
    }

    // -infinity where a key is later than the query, 0 elsewhere: [S, S].
    private string FutureMask()
    {
        double[] mask = new double[length * length];
        for (int query = 0; query < length; query++)
            mask.AsSpan(query * length + query + 1, length - query - 1).Fill(double.NegativeInfinity);
        return graph.Reals(mask, length, length);
    }

    // [B, S, .] to [B, 1, .]
    private string LastPosition(string x) =>
        graph.Node("Gather", [OnnxGraph.Attribute("axis", 1)], x, graph.Integers([length - 1], 1));

    private string Linear(string x, string weight) => LogitsGraph.Linear(graph, x, parameters, weight);

    private string Parameter(string name) => graph.Parameter(name, parameters[name]);
}
