using System.Runtime.InteropServices;
using System.Text.Json;
using NGram.Data.Checks;
using NGram.Data.Counts;
using NGram.Data.Laws;
using NGram.Data.Safetensors;

namespace NGram.Data.Files;

/// <summary>
/// A sparse distribution as tensors: for each level k "ngram_k.begins" (I32), ".tokens" (U16), ".occurrences" and
/// ".continuations" (U32, prefix sums; no continuations on the last level) and ".suffixes" (I32, none on the first level),
/// and in the metadata "ngram" (vocabulary size, order and smoothing as JSON) and "tokens" (a JSON array of texts).
/// </summary>
internal static class SparseTensors
{
    private const string LawName = "ngram", TensorPrefix = "ngram_";
    private const string TokensName = "tokens";

    private sealed record Law(int VocabularySize, int Order, NGramSmoothing Smoothing);

    public static bool Are(SafetensorsFile file) => file.Metadata.ContainsKey(LawName);

    /// <summary>Whether a tensor is one of these, by its name.</summary>
    public static bool IsTensor(string name) => name.StartsWith(TensorPrefix, StringComparison.Ordinal);

    public static void Write(string path, SparseNGramDistribution distribution)
    {
        var metadata = new Dictionary<string, string>
        {
            [LawName] = JsonSerializer.Serialize(
                new Law(distribution.VocabularySize, distribution.Order, distribution.Smoothing),
                JsonSerializerOptions.Web),
        };
        if (distribution.Tokens is { } tokens)
            metadata[TokensName] = JsonSerializer.Serialize(tokens, JsonSerializerOptions.Web);
        SafetensorsFile.Write(path, distribution.Counts.Levels.SelectMany(Tensors), metadata);
    }

    /// <exception cref="InvalidDataException">The tensors are not those of a text.</exception>
    /// <exception cref="JsonException">The metadata is not valid JSON.</exception>
    public static SparseNGramDistribution Read(SafetensorsFile file)
    {
        var law = JsonSerializer.Deserialize<Law>(file.Metadata[LawName], JsonSerializerOptions.Web);
        Demand(law is { Smoothing: not null }, $"the metadata '{LawName}' does not describe a distribution");
        Require.InRange(law!.VocabularySize, 2, NGramLaw.LargestVocabulary, nameof(law.VocabularySize));
        Require.InRange(law.Order, 1, file.Tensors.Count, nameof(law.Order));
        var levels = new NGramCountLevel[law.Order];
        for (int k = 0; k < levels.Length; k++)
            levels[k] = ReadLevel(file, k, levels);
        NGramCountsCheck.Run(law.VocabularySize, levels);
        string[]? tokens = file.Metadata.TryGetValue(TokensName, out string? json)
            ? JsonSerializer.Deserialize<string[]>(json, JsonSerializerOptions.Web)
            : null;
        Demand(
            tokens is null || Array.TrueForAll(tokens, token => token is not null),
            $"the metadata '{TokensName}' holds a null");
        return new(new(law.VocabularySize, levels), law.Smoothing!, tokens);
    }

    private static IEnumerable<KeyValuePair<string, SafetensorsTensor>> Tensors(NGramCountLevel level, int k)
    {
        yield return Tensor(k, "begins", "I32", level.Begins);
        yield return Tensor(k, "tokens", "U16", level.Tokens);
        yield return Tensor(k, "occurrences", "U32", level.Occurrences);
        if (level.Continuations is { } continuations)
            yield return Tensor(k, "continuations", "U32", continuations);
        if (k > 0)
            yield return Tensor(k, "suffixes", "I32", level.Suffixes);
    }

    private static NGramCountLevel ReadLevel(SafetensorsFile file, int k, NGramCountLevel[] below) => new(
        Values<int>(file, k, "begins", "I32"),
        Values<ushort>(file, k, "tokens", "U16"),
        Values<uint>(file, k, "occurrences", "U32"),
        k < below.Length - 1 ? Values<uint>(file, k, "continuations", "U32") : null,
        k > 0 ? Values<int>(file, k, "suffixes", "I32") : []);

    private static string Name(int k, string part) => FormattableString.Invariant($"{TensorPrefix}{k}.{part}");

    private static KeyValuePair<string, SafetensorsTensor> Tensor<T>(int k, string part, string type, T[] values)
        where T : unmanaged => new(Name(k, part), new(type, [values.Length], MemoryMarshal.AsBytes(values.AsSpan()).ToArray()));

    private static T[] Values<T>(SafetensorsFile file, int k, string part, string type) where T : unmanaged
    {
        string name = Name(k, part);
        Demand(file.Tensors.TryGetValue(name, out var tensor), $"the tensor {name} is missing");
        Demand(
            tensor!.DataType == type && tensor.Shape.Length == 1,
            $"{name} has the data type {tensor.DataType} and {tensor.Shape.Length} dimensions; it must be {type} with one");
        return MemoryMarshal.Cast<byte, T>(tensor.Data.Span).ToArray();
    }

    private static void Demand(bool condition, string fault)
    {
        if (!condition)
            throw new InvalidDataException($"{fault}.");
    }
}
