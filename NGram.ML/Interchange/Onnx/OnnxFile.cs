using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using NGram.Data.IO;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Interchange.Onnx;

/// <summary>
/// A model as an ONNX file (operator set 17, IR version 8): <c>tokens</c>, int64 [batch, S], in; <c>logits</c> [batch, S, N] of
/// every position, in the model's precision, and <c>Score</c> [batch, N], the probabilities after the last one in float32, out.
/// </summary>
/// <remarks>
/// The batch is of any size. A token outside 0 to N - 1 is an error of the runtime. The metadata has <c>vocabulary</c>, a JSON
/// array with the text of every token, and <c>architecture</c>, a JSON object with the keys of the model's .json file.
/// A float64 model is computed in float64, and only its Score is rounded, at the very end. Parameters that the forward pass does
/// not use are written too.
/// </remarks>
public static class OnnxFile
{
    internal const string Tokens = "tokens", Logits = "logits", Score = "Score";

    private const string Batch = "batch";

    /// <summary>Writes a file atomically.</summary>
    /// <param name="path">The .onnx file.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="parameters">Its parameters under PyTorch's names.</param>
    /// <param name="vocabulary">Text of every token; null: the ids 0 to N - 1.</param>
    /// <exception cref="ArgumentException">
    /// The vocabulary or a parameter is not the model's, or the model has more than 2 GB.
    /// </exception>
    public static void Save(
        string path,
        Architecture architecture,
        StateDict parameters,
        IReadOnlyList<string>? vocabulary = null)
    {
        var model = Create(architecture, parameters, vocabulary);
        AtomicFile.Write(path, model.WriteTo);
    }

    /// <summary>Writes to a stream.</summary>
    /// <inheritdoc cref="Save(string, Architecture, StateDict, IReadOnlyList{string})"/>
    public static void Save(
        Stream stream,
        Architecture architecture,
        StateDict parameters,
        IReadOnlyList<string>? vocabulary = null
    ) => Create(architecture, parameters, vocabulary).WriteTo(stream);

    /// <summary>
    /// Reads the model of an .onnx file, or of the one in an ML.NET model.zip. Takes memory in proportion to the file,
    /// whatever it claims, and runs nothing of it.
    /// </summary>
    /// <returns>
    /// The architecture; its parameters, zeros for those that the forward pass does not use where an older version left them
    /// out; and the text of every token.
    /// </returns>
    /// <exception cref="InvalidDataException">The file is neither, or was not written by this library.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static (Architecture Architecture, StateDict Parameters, IReadOnlyList<string> Vocabulary) Load(string path) =>
        OnnxReader.Read(path);

    /// <summary>What every model tells of itself.</summary>
    internal static (string Key, string Value)[] Metadata(Architecture architecture, IEnumerable<string> vocabulary) =>
    [
        (OnnxReader.VocabularyKey, new JsonArray([.. vocabulary.Select(token => JsonValue.Create(token))]).ToJsonString()),
        (OnnxReader.ArchitectureKey, ArchitectureJson.Write(architecture, "model")),
    ];

    /// <summary>Checks that the parameters are the architecture's and fit into the format, whose files end at 2 GB.</summary>
    internal static void RequireHolds(Architecture architecture, StateDict parameters)
    {
        parameters.RequireSame(architecture.Parameters);
        long values = parameters.Values.Sum(parameter => parameter.Values.LongLength);
        int size = architecture.Precision == ModelPrecision.Float64 ? sizeof(double) : sizeof(float);
        if (values > (int.MaxValue - (1 << 24)) / size)
        {
            throw new ArgumentException(
                $"The model has {values} parameters; an ONNX file holds at most 2 GB.",
                nameof(parameters));
        }
    }

    private static ModelProto Create(Architecture architecture, StateDict parameters, IReadOnlyList<string>? vocabulary)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(parameters);
        int length = architecture.PromptLength, size = architecture.VocabularySize;
        vocabulary ??= [.. Enumerable.Range(0, size).Select(token => token.ToString(CultureInfo.InvariantCulture))];
        if (vocabulary.Count != size)
        {
            throw new ArgumentException(
                $"The vocabulary has {vocabulary.Count} tokens; the model has {size}.",
                nameof(vocabulary));
        }

        RequireHolds(architecture, parameters);

        var graph = new OnnxGraph("next token", architecture.Precision);
        string tokens = graph.Input(Tokens, TensorProto.Types.DataType.Int64, Batch, length);
        string logits = LogitsGraph.Add(graph, architecture, parameters, tokens, lastOnly: false);
        string last = graph.Node("Gather", [OnnxGraph.Attribute("axis", 1)], logits, graph.Integers([length - 1])); // [batch, N]
        graph.Output(Logits, logits, graph.RealType, Batch, length, size);
        string score = graph.ToSingle(graph.Node("Softmax", last));
        graph.Output(Score, score, TensorProto.Types.DataType.Float, Batch, size);
        return graph.ToModel(Metadata(architecture, vocabulary));
    }
}
