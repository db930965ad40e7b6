using NGram.Data.Safetensors;
using NGram.ML.Models;

namespace NGram.ML.Interchange.Weights;

/// <summary>Parameters alone as a .safetensors file, under their own names: the form for modules that are not ours.</summary>
public static class StateDictFile
{
    /// <summary>Writes the file, atomically.</summary>
    /// <param name="path">The .safetensors file.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="precision">Type of the numbers in the file.</param>
    public static void Save(string path, StateDict parameters, ModelPrecision precision = ModelPrecision.Float32)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(parameters);
        SafetensorsFile.Write(
            path,
            [
                .. parameters.Select(parameter =>
                    KeyValuePair.Create(
                        parameter.Key,
                        precision == ModelPrecision.Float32
                            ? SafetensorsTensor.FromSingles(parameter.Value.Shape, parameter.Value.Values)
                            : SafetensorsTensor.FromDoubles(parameter.Value.Shape, parameter.Value.Values))),
            ]);
    }

    /// <summary>Reads every tensor of the file.</summary>
    /// <exception cref="InvalidDataException">It is no such file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static StateDict Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var parameters = new StateDict();
        foreach (var (name, tensor) in SafetensorsFile.Read(path).Tensors)
            parameters.Add(name, new ParameterTensor(tensor.Shape, tensor.ToDoubles()));
        return parameters;
    }
}
