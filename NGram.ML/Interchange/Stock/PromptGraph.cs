using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using static NGram.ML.Interchange.Onnx.TensorProto.Types;

namespace NGram.ML.Interchange.Stock;

/// <summary>
/// The ONNX model of one prompt for ML.NET's OnnxTransformer: the keys of a Context column in; Score by slot and the predicted
/// label's key out. Its outputs have rank 1, so that ML.NET sees Score as a plain vector.
/// </summary>
internal static class PromptGraph
{
    /// <summary>Output: the most probable label's key (1-based, 0 is missing) as uint32 [1].</summary>
    public const string PredictedKey = "__NGramPredictedKey";

    /// <summary>Builds the model.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="parameters">Its parameters under PyTorch's names.</param>
    /// <param name="vocabulary">What the keys of Context and Label stand for.</param>
    /// <param name="slotTokens">The token of every slot of Score, Label's first.</param>
    public static ModelProto Create(
        Architecture architecture,
        StateDict parameters,
        Vocabulary vocabulary,
        IReadOnlyList<int> slotTokens)
    {
        OnnxFile.RequireHolds(architecture, parameters);
        var graph = new OnnxGraph("next token of a prompt", architecture.Precision);
        string tokens = Tokens(
            graph,
            graph.Input(vocabulary.Context.Name, KeyType(vocabulary.Context.Type), architecture.PromptLength),
            vocabulary);
        string zero = graph.Integers([0]);
        string isKnown = graph.Node(
            "GreaterOrEqual",
            graph.Node("ReduceMin", [OnnxGraph.Attribute("keepdims", 0)], tokens),
            zero);
        string prompt = graph.Node("Unsqueeze", graph.Node("Max", tokens, zero), graph.Integers([0], 1)); // [1, S]
        string logits = LogitsGraph.Add(graph, architecture, parameters, prompt, lastOnly: true); // [1, 1, N]
        string byToken = graph.Node("Softmax", graph.Node("Reshape", logits, graph.Integers([slotTokens.Count], 1))); // [N]
        string probabilities = graph.Node(
            "Gather",
            byToken,
            graph.Integers([.. slotTokens.Select(token => (long)token)], slotTokens.Count));
        string known = graph.Node("Where", isKnown, probabilities, graph.Reals([1.0 / slotTokens.Count]));
        string score = graph.ToSingle(known);
        graph.Output(OnnxFile.Score, score, DataType.Float, slotTokens.Count);

        string best = graph.Node("ArgMax", [OnnxGraph.Attribute("axis", 0)], score); // [1], the lowest slot on ties
        string isLabel = graph.Node("Less", best, graph.Integers([vocabulary.Label.Count]));
        string key = graph.Node("Where", isLabel, graph.Node("Add", best, graph.Integers([1])), zero);
        graph.Output(
            PredictedKey,
            graph.Node("Cast", [OnnxGraph.Attribute("to", (long)DataType.Uint32)], key),
            DataType.Uint32,
            1);

        AddSlotNames(graph, [.. slotTokens.Select(token => KeyColumn.TextOf(vocabulary.Values[token]))]);
        return graph.ToModel(OnnxFile.Metadata(architecture, vocabulary.Values.Select(KeyColumn.TextOf)));
    }

    // Keys to tokens by a table whose first and last rows take what is missing and what is above the column's keys: -1.
    private static string Tokens(OnnxGraph graph, string keys, Vocabulary vocabulary)
    {
        int count = vocabulary.Context.Count;
        long[] table = [KeyReader.Missing, .. vocabulary.TokensOf(vocabulary.Context), KeyReader.Missing];
        string integers = graph.Node("Cast", [OnnxGraph.Attribute("to", (long)DataType.Int64)], keys);
        string clipped = graph.Node("Clip", integers, graph.Integers([0]), graph.Integers([count + 1]));
        return graph.Node("Gather", graph.Integers(table, count + 2), clipped);
    }

    // OnnxTransformer reads the slot names of its output Score from a LabelEncoder of this name.
    private static void AddSlotNames(OnnxGraph graph, string[] names)
    {
        AttributeProto[] attributes =
        [
            OnnxGraph.Attribute("keys_strings", names),
            OnnxGraph.Attribute("values_int64s", Enumerable.Range(0, names.Length).Select(slot => (long)slot)),
        ];
        graph.Annotation("mlnet.Score.SlotNames", "LabelEncoder", OnnxGraph.MachineLearningDomain, attributes, graph.Text(""));
    }

    private static DataType KeyType(KeyDataViewType type) =>
        type.RawType == typeof(uint) ? DataType.Uint32
        : type.RawType == typeof(ushort) ? DataType.Uint16
        : type.RawType == typeof(byte) ? DataType.Uint8
        : DataType.Uint64;
}
