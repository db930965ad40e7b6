using NGram.Data.Distributions;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Interchange;

/// <summary>
/// A model from disk, whatever its form: a run folder, a model.zip or .onnx of this library, or a .safetensors beside its .json.
/// </summary>
/// <param name="Architecture">The model.</param>
/// <param name="Parameters">Its parameters under PyTorch's names.</param>
/// <param name="Vocabulary">Text of every token; null if the tokens are the ids 0 to N - 1.</param>
/// <param name="DistributionFile">The law that a run folder brings; null elsewhere.</param>
public sealed record SavedModel(
    Architecture Architecture,
    StateDict Parameters,
    IReadOnlyList<string>? Vocabulary,
    string? DistributionFile)
{
    /// <summary>Reads a model.</summary>
    /// <exception cref="IOException">There is no such file or folder, or it cannot be read.</exception>
    /// <exception cref="InvalidDataException">It holds no model; the message names the file.</exception>
    public static SavedModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Directory.Exists(path))
            return LoadRun(path);
        if (!File.Exists(path))
            throw new FileNotFoundException($"{path}: there is no such file or folder.", path);
        return Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".safetensors" => LoadWeights(path),
            ".zip" or ".onnx" => LoadOnnx(path),
            _ => throw new InvalidDataException($"{path}: a model is a run folder, a .zip, an .onnx or a .safetensors file."),
        };
    }

    // The weights in their own precision, and the tokens as the data had them.
    private static SavedModel LoadRun(string folder)
    {
        if (!File.Exists(Path.Combine(folder, RunFiles.Model)))
            throw new FileNotFoundException($"{folder}: it is not a run folder, which holds {RunFiles.Model}.", folder);
        string zip = Path.Combine(folder, RunFiles.StockModel), distribution = Path.Combine(folder, RunFiles.Distribution);
        var model = LoadWeights(Path.Combine(folder, RunFiles.Model));
        return model with
        {
            Vocabulary = File.Exists(zip) ? LoadOnnx(zip).Vocabulary : null,
            DistributionFile = File.Exists(distribution) ? distribution : null,
        };
    }

    private static SavedModel LoadWeights(string path)
    {
        var (architecture, parameters) = ModelFile.Load(path);
        return new SavedModel(architecture, parameters, null, null);
    }

    private static SavedModel LoadOnnx(string path)
    {
        var (architecture, parameters, vocabulary) = OnnxFile.Load(path);
        return new SavedModel(architecture, parameters, TokenSchema.AreIds(vocabulary) ? null : vocabulary, null);
    }

    /// <summary>The text of every token: the model's own, otherwise its law's.</summary>
    /// <param name="distribution">The law of the tokens; null if none is known.</param>
    /// <exception cref="InvalidDataException">Neither has texts.</exception>
    internal IReadOnlyList<string> RequireTexts(INGramDistribution? distribution) =>
        Vocabulary
        ?? distribution?.Tokens
        ?? throw new InvalidDataException("neither the model nor its distribution says what text its tokens stand for.");
}
