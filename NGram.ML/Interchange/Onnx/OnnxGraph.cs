using System.Globalization;
using System.Runtime.InteropServices;
using Google.Protobuf;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Interchange.Onnx;

/// <summary>Builds an ONNX graph node by node. A value is known by its name; a node's is made from its operator.</summary>
internal sealed class OnnxGraph
{
    /// <summary>Domain of the operators for classical machine learning.</summary>
    public const string MachineLearningDomain = "ai.onnx.ml";

    private const int IrVersion = 8, OperatorSet = 17, MachineLearningOperatorSet = 3;

    private readonly GraphProto graph;
    private readonly ModelPrecision precision;
    private readonly HashSet<string> parameters = new(StringComparer.Ordinal);

    /// <summary>An empty graph that computes in a precision.</summary>
    public OnnxGraph(string name, ModelPrecision precision) =>
        (graph, this.precision) = (new GraphProto { Name = name }, precision);

    /// <summary>The type of parameters and of what is computed from them.</summary>
    public TensorProto.Types.DataType RealType => TypeOf(precision);

    /// <summary>Declares an input; a dimension is a number, or text for one that varies.</summary>
    public string Input(string name, TensorProto.Types.DataType type, params ReadOnlySpan<object> shape)
    {
        graph.Input.Add(Describe(name, type, shape));
        return name;
    }

    /// <summary>Declares <paramref name="value"/> as the output <paramref name="name"/>.</summary>
    public void Output(string name, string value, TensorProto.Types.DataType type, params ReadOnlySpan<object> shape)
    {
        graph.Node.Add(new NodeProto { OpType = "Identity", Name = $"output.{name}", Input = { value }, Output = { name } });
        graph.Output.Add(Describe(name, type, shape));
    }

    /// <summary>Adds a node with one output and returns that.</summary>
    public string Node(string operation, params ReadOnlySpan<string> inputs) => Node(operation, [], inputs);

    /// <summary>Adds a node with attributes and one output, and returns that.</summary>
    public string Node(string operation, AttributeProto[] attributes, params ReadOnlySpan<string> inputs)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"ngram.{operation}.{graph.Node.Count}");
        graph.Node.Add(
            new NodeProto
            {
                OpType = operation,
                Name = name,
                Attribute = { attributes },
                Input = { inputs.ToArray() },
                Output = { name },
            });
        return name;
    }

    /// <summary>Adds a node that is there to be found by its name; nothing uses its output.</summary>
    public void Annotation(string name, string operation, string domain, AttributeProto[] attributes, string input) =>
        graph.Node.Add(
            new NodeProto
            {
                OpType = operation,
                Domain = domain,
                Name = name,
                Attribute = { attributes },
                Input = { input },
                Output = { $"{name}.unused" },
            });

    /// <summary>A model's parameter under its own name and in its own shape and precision, so that it can be read back.</summary>
    public string Parameter(string name, ParameterTensor tensor)
    {
        if (parameters.Add(name))
            Constant(name, RealType, ToBytes(tensor.Values), tensor.Shape);
        return name;
    }

    /// <summary>A parameter that the forward pass does not use: it is there to be read back, and no runtime asks why.</summary>
    public void UnusedParameter(string name, ParameterTensor tensor) => Node("Identity", Parameter(name, tensor));

    /// <summary>A constant in the graph's precision.</summary>
    public string Reals(ReadOnlySpan<double> values, params ReadOnlySpan<long> shape) =>
        Constant(NextName(), RealType, ToBytes(values), shape);

    /// <summary>A value of the graph's precision as float32.</summary>
    public string ToSingle(string value) => precision == ModelPrecision.Float32
        ? value
        : Node("Cast", [Attribute("to", (long)TensorProto.Types.DataType.Float)], value);

    /// <summary>A constant of int64.</summary>
    public string Integers(ReadOnlySpan<long> values, params ReadOnlySpan<long> shape) =>
        Constant(NextName(), TensorProto.Types.DataType.Int64, MemoryMarshal.AsBytes(values), shape);

    /// <summary>A constant of one text, [1].</summary>
    public string Text(string value)
    {
        var tensor = NewTensor(NextName(), TensorProto.Types.DataType.String, [1]);
        tensor.StringData.Add(ByteString.CopyFromUtf8(value));
        return tensor.Name;
    }

    /// <summary>The model with this graph.</summary>
    /// <param name="metadata">Free texts by key.</param>
    public ModelProto ToModel(params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = nameof(NGram),
            ProducerVersion = typeof(OnnxGraph).Assembly.GetName().Version?.ToString(3) ?? "",
            Graph = graph,
            OpsetImport =
            {
                new OperatorSetIdProto { Version = OperatorSet },
                new OperatorSetIdProto { Domain = MachineLearningDomain, Version = MachineLearningOperatorSet },
            },
        };
        foreach (var (key, value) in metadata)
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    /// <summary>An integer attribute.</summary>
    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    /// <summary>An attribute of several integers.</summary>
    public static AttributeProto Attribute(string name, params IEnumerable<long> values) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Ints, Ints = { values } };

    /// <summary>An attribute of several texts.</summary>
    public static AttributeProto Attribute(string name, IEnumerable<string> values) =>
        new()
        {
            Name = name,
            Type = AttributeProto.Types.AttributeType.Strings,
            Strings = { values.Select(ByteString.CopyFromUtf8) },
        };

    private string Constant(
        string name,
        TensorProto.Types.DataType type,
        ReadOnlySpan<byte> littleEndian,
        ReadOnlySpan<long> shape)
    {
        NewTensor(name, type, shape).RawData = ByteString.CopyFrom(littleEndian);
        return name;
    }

    private TensorProto NewTensor(string name, TensorProto.Types.DataType type, ReadOnlySpan<long> shape)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)type, Dims = { shape.ToArray() } };
        graph.Initializer.Add(tensor);
        return tensor;
    }

    private string NextName() => string.Create(CultureInfo.InvariantCulture, $"ngram.constant.{graph.Initializer.Count}");

    /// <summary>ONNX's name of a precision.</summary>
    internal static TensorProto.Types.DataType TypeOf(ModelPrecision precision) =>
        precision == ModelPrecision.Float64 ? TensorProto.Types.DataType.Double : TensorProto.Types.DataType.Float;

    private ReadOnlySpan<byte> ToBytes(ReadOnlySpan<double> values)
    {
        if (precision == ModelPrecision.Float64)
            return MemoryMarshal.AsBytes(values);
        float[] singles = new float[values.Length];
        for (int i = 0; i < singles.Length; i++)
            singles[i] = (float)values[i];
        return MemoryMarshal.AsBytes<float>(singles);
    }

    private static ValueInfoProto Describe(string name, TensorProto.Types.DataType type, ReadOnlySpan<object> shape)
    {
        var dimensions = new TensorShapeProto();
        foreach (object dimension in shape)
        {
            dimensions.Dim.Add(
                dimension is string parameter
                    ? new TensorShapeProto.Types.Dimension { DimParam = parameter }
                    : new TensorShapeProto.Types.Dimension { DimValue = Convert.ToInt64(dimension, CultureInfo.InvariantCulture) }
            );
        }

        return new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = dimensions },
            },
        };
    }
}
