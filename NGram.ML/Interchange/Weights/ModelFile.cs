using NGram.Data.Checks;
using NGram.Data.IO;
using NGram.Data.Safetensors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Interchange.Weights;

/// <summary>
/// A model as two files: NAME.safetensors with the weights under PyTorch's names, as the original's strict loading takes them,
/// and NAME.json with the architecture.
/// </summary>
public static class ModelFile
{
    private const string MaskName = "attn_mask";

    /// <summary>Writes both files, each atomically.</summary>
    /// <param name="path">The .safetensors file; the .json is beside it.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <exception cref="ArgumentException">A parameter is missing, surplus or of another shape.</exception>
    public static void Save(string path, Architecture architecture, StateDict parameters)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(parameters);
        parameters.RequireSame(architecture.Parameters);

        var tensors = Tensors(parameters, architecture.Precision);
        if (architecture.HasMask)
            tensors.Add(new(MaskName, Mask(architecture.PromptLength)));

        string json = ArchitectureJson.Write(architecture, Path.GetFileNameWithoutExtension(path), indented: true);
        SafetensorsFile.Write(path, tensors);
        AtomicFile.Write(ArchitecturePath(path), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(json + "\n")));
    }

    /// <summary>
    /// Reads a model. Tensors named gradient.* and pi_* are ignored; any other that is surplus, or a missing one, is an error.
    /// </summary>
    /// <param name="path">The .safetensors file; the .json is beside it.</param>
    /// <exception cref="InvalidDataException">
    /// Something is wrong; the message is one sentence that names the file and the tensor or key.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static (Architecture Architecture, StateDict Parameters) Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string architecturePath = ArchitecturePath(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file.", path);
        if (!File.Exists(architecturePath))
        {
            throw new FileNotFoundException(
                $"{architecturePath}: there is no such file; it describes the model in {Path.GetFileName(path)}.",
                architecturePath);
        }

        var architecture = Named(architecturePath, () => ArchitectureJson.Read(ShortText.Read(architecturePath)));
        var tensors = SafetensorsFile.Read(path).Tensors;
        return (architecture, Named(path, () => Parameters(architecture, tensors)));
    }

    /// <summary>Writes parameters alone, atomically and under their own names: the form for modules that are not ours.</summary>
    /// <param name="path">The .safetensors file.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="precision">Type of the numbers in the file.</param>
    public static void SaveParameters(
        string path,
        StateDict parameters,
        ModelPrecision precision = ModelPrecision.Float32)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(parameters);
        SafetensorsFile.Write(path, Tensors(parameters, precision));
    }

    /// <summary>Reads every tensor of a file, whatever its names.</summary>
    /// <exception cref="InvalidDataException">It is not such a file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StateDict LoadParameters(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var parameters = new StateDict();
        foreach (var (name, tensor) in SafetensorsFile.Read(path).Tensors)
            parameters.Add(name, new ParameterTensor(tensor.Shape, tensor.ToDoubles()));
        return parameters;
    }

    private static List<KeyValuePair<string, SafetensorsTensor>> Tensors(StateDict parameters, ModelPrecision precision) =>
    [
        .. parameters.Select(parameter => KeyValuePair.Create(
            parameter.Key,
            precision == ModelPrecision.Float32
                ? SafetensorsTensor.FromSingles(parameter.Value.Shape, parameter.Value.Values)
                : SafetensorsTensor.FromDoubles(parameter.Value.Shape, parameter.Value.Values))),
    ];

    private static StateDict Parameters(Architecture architecture, IReadOnlyDictionary<string, SafetensorsTensor> tensors)
    {
        var unordered = new StateDict();
        foreach (var (name, tensor) in tensors)
        {
            if (name.StartsWith("gradient.", StringComparison.Ordinal) || name.StartsWith("pi_", StringComparison.Ordinal))
                continue;
            if (name == MaskName && architecture.HasMask)
                RequireCausal(tensor, architecture.PromptLength);
            else
                unordered.Add(name, new ParameterTensor(tensor.Shape, Values(name, tensor, architecture.Precision)));
        }
        unordered.RequireSame(architecture.Parameters);
        if (architecture.HasMask && !tensors.ContainsKey(MaskName))
        {
            throw new InvalidDataException(
                $"The tensor {MaskName} of shape [{architecture.PromptLength}, {architecture.PromptLength}] is missing.");
        }

        var parameters = new StateDict();
        foreach (var (name, _) in architecture.Parameters)
            parameters.Add(name, unordered[name]);
        return parameters;
    }

    private static double[] Values(string name, SafetensorsTensor tensor, ModelPrecision precision)
    {
        if (tensor.DataType is not ("F64" or "F32" or "F16" or "BF16"))
            throw new InvalidDataException($"The tensor {name} holds {tensor.DataType}; it must hold floating-point numbers.");
        double[] values = tensor.ToDoubles();
        for (int i = 0; i < values.Length; i++)
        {
            if (precision == ModelPrecision.Float32)
                values[i] = (float)values[i];
            if (!double.IsFinite(values[i]))
                throw new InvalidDataException($"The tensor {name} holds a value that is not finite at index {i}.");
        }
        return values;
    }

    private static SafetensorsTensor Mask(int length)
    {
        MemoryBudget.Require(
            (double)length * length,
            sizeof(bool),
            FormattableString.Invariant($"The mask of {length} positions"));
        bool[] masked = new bool[length * length];
        for (int row = 0; row < length; row++)
            masked.AsSpan(row * length, length)[(row + 1)..].Fill(true);
        return SafetensorsTensor.FromBooleans([length, length], masked);
    }

    private static void RequireCausal(SafetensorsTensor tensor, int length)
    {
        // The shape first: the one of a file's architecture may be beyond any memory.
        bool isCausal = tensor.DataType == "BOOL" && tensor.Shape.AsSpan().SequenceEqual([length, length]);
        for (int row = 0; isCausal && row < length; row++)
        {
            var flags = tensor.Data.Span.Slice(row * length, length);
            isCausal = !flags[..(row + 1)].ContainsAnyExcept((byte)0) && !flags[(row + 1)..].ContainsAnyExcept((byte)1);
        }
        if (!isCausal)
        {
            throw new InvalidDataException(
                $"The tensor {MaskName} must be BOOL of shape [{length}, {length}] "
                + "and true exactly where the column exceeds the row."
            );
        }
    }

    private static T Named<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>The file of the architecture beside the weights.</summary>
    internal static string ArchitecturePath(string path) => Path.ChangeExtension(path, ".json");
}
