using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Interchange.Onnx;

/// <summary>The forward pass of a model as nodes of an ONNX graph.</summary>
internal static class LogitsGraph
{
    /// <summary>Adds the model's forward pass.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="parameters">Its parameters under PyTorch's names.</param>
    /// <param name="tokens">Name of the int64 prompts [B, S].</param>
    /// <param name="lastOnly">Whether to leave out all positions but the last.</param>
    /// <returns>Name of the logits in the graph's precision, [B, S, N] or [B, 1, N].</returns>
    public static string Add(OnnxGraph graph, Architecture architecture, StateDict parameters, string tokens, bool lastOnly)
    {
        foreach (var (name, _) in architecture.Parameters.Where(parameter => !architecture.Uses(parameter.Name)))
            graph.UnusedParameter(name, parameters[name]);
        return architecture switch
        {
            TransformerArchitecture transformer => new TransformerGraph(graph, transformer, parameters).Logits(tokens, lastOnly),
            SequenceEncoderArchitecture encoder => SequenceEncoder(graph, encoder, parameters, tokens, lastOnly),
            _ => throw new ArgumentException(
                $"There is no ONNX form of {architecture.GetType().Name}, nor a model.zip, which holds one; "
                + "ModelFile.SaveParameters writes its weights, "
                + "ModelFile.LoadParameters and the estimator's Restore take them up.",
                nameof(architecture)),
        };
    }

    /// <summary>x W^T for the weight W [out, in] of that name: [..., in] to [..., out].</summary>
    public static string Linear(OnnxGraph graph, string x, StateDict parameters, string weight) =>
        graph.Node("MatMul", x, graph.Node("Transpose", graph.Parameter(weight, parameters[weight])));

    /// <summary>The rows of the embedding of that name that <paramref name="indices"/> name.</summary>
    public static string Embedding(OnnxGraph graph, StateDict parameters, string weight, string indices) =>
        graph.Node("Gather", graph.Parameter(weight, parameters[weight]), indices);

    private static string SequenceEncoder(
        OnnxGraph graph,
        SequenceEncoderArchitecture architecture,
        StateDict parameters,
        string tokens,
        bool lastOnly)
    {
        int first = lastOnly ? architecture.PromptLength - 1 : 0;
        string weights = graph.Integers(
            ContextWeights(architecture, first),
            architecture.PromptLength,
            architecture.PromptLength - first);
        string context = Embedding(graph, parameters, "word_emb.weight", graph.Node("MatMul", tokens, weights));
        return Linear(graph, context, parameters, "unemb.weight");
    }

    // The context index is linear in the tokens: column s has N^j where token j of position s's context stands, and only zeros
    // where that context is not full, so that such a position reads row 0 as the original does. [S, S - first]
    private static long[] ContextWeights(SequenceEncoderArchitecture architecture, int first)
    {
        int length = architecture.PromptLength, columns = length - first, context = architecture.Order - 1;
        long[] weights = new long[length * columns];
        for (int position = Math.Max(first, context - 1); position < length; position++)
        {
            long power = 1;
            for (int token = position - context + 1; token <= position; token++, power *= architecture.VocabularySize)
                weights[token * columns + position - first] = power;
        }
        return weights;
    }
}
