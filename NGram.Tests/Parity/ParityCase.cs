using System.Text.Json;
using NGram.Data.Safetensors;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.Tests.ML.Models;

namespace NGram.Tests.Parity;

/// <summary>A case that the original code computed on PyTorch: a .json beside a .safetensors.</summary>
internal sealed class ParityCase
{
    private readonly JsonElement json;
    private readonly IReadOnlyDictionary<string, SafetensorsTensor> tensors;

    public ParityCase(string path)
    {
        json = JsonDocument.Parse(File.ReadAllText(path)).RootElement;
        string weights = Path.ChangeExtension(path, ".safetensors");
        tensors = SafetensorsFile.Read(weights).Tensors;
        (Architecture, Initial) = ModelFile.Load(weights);
        Tokens =
        [
            .. json.GetProperty("tokens")
                .EnumerateArray()
                .SelectMany(row => row.EnumerateArray())
                .Select(t => (ushort)t.GetInt32()),
        ];
        Logits =
        [
            .. json.GetProperty("logits")
                .EnumerateArray()
                .SelectMany(row => row.EnumerateArray())
                .SelectMany(position => position.EnumerateArray())
                .Select(x => x.GetDouble()),
        ];
    }

    /// <summary>The folder named by NGRAM_PARITY_DIR, or the committed cases.</summary>
    public static string Folder => Environment.GetEnvironmentVariable("NGRAM_PARITY_DIR") is { Length: > 0 } folder
        ? folder
        : Path.Combine(AppContext.BaseDirectory, "Parity", "cases");

    public Architecture Architecture { get; }

    public StateDict Initial { get; }

    public ushort[] Tokens { get; }

    /// <summary>[B, S, N].</summary>
    public double[] Logits { get; }

    /// <summary>The law, from the tensors pi_0, pi_1, ...</summary>
    public TableDistribution Distribution => new(
        Architecture.VocabularySize,
        [.. Enumerable.Range(0, Architecture.Order).Select(i => tensors[$"pi_{i}"].ToDoubles())]);

    /// <summary>Gradients of the next-token loss by parameter.</summary>
    public IEnumerable<(string Name, double[] Values)> Gradients =>
        from tensor in tensors
        where tensor.Key.StartsWith("gradient.", StringComparison.Ordinal)
        select (tensor.Key["gradient.".Length..], tensor.Value.ToDoubles());

    public double Number(string key) => json.GetProperty(key).GetDouble();

    public double[] Numbers(string key) => [.. json.GetProperty(key).EnumerateArray().Select(x => x.GetDouble())];

    public IEnumerable<(string Name, double Value)> Norms(string key) =>
        json.GetProperty(key).EnumerateObject().Select(p => (p.Name, p.Value.GetDouble()));
}
