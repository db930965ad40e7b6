using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using NGram.Data.Checks;
using NGram.Data.Counts;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.Data.Safetensors;

namespace NGram.Data.Files;

/// <summary>
/// Distributions as .safetensors files: pi_0, pi_1, ... of shape [N], [N, N], ... in float64, and in the header's metadata
/// "law" (the law's options as JSON) and "seed" where they are known. Sparse ones hold counts of their text instead: see
/// <see cref="SparseNGramDistribution"/>.
/// </summary>
public static class DistributionFile
{
    private const string LawName = "law";
    private const string SeedName = "seed";

    /// <summary>
    /// Whether a dense distribution of these sizes fits into a file: its largest tensor, N^n numbers, is one array of bytes.
    /// </summary>
    internal static bool CanSave(int vocabularySize, int order) =>
        ContextIndex.Count(vocabularySize, order) * sizeof(double) <= Array.MaxLength;

    /// <summary>Writes a distribution, atomically and without loss.</summary>
    /// <exception cref="ArgumentException">The dense tensors do not fit into memory.</exception>
    public static void Save(this INGramDistribution distribution, string path)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        if (distribution is SparseNGramDistribution sparse)
        {
            SparseTensors.Write(path, sparse);
            return;
        }
        var tensors = Enumerable
            .Range(0, distribution.Order)
            .Select(level => KeyValuePair.Create(Name(level), Tensor(distribution, level)));
        var metadata = new Dictionary<string, string>();
        if (distribution is NGramDistribution { Provenance: { } provenance })
        {
            metadata[LawName] = JsonSerializer.Serialize(provenance.Law, JsonSerializerOptions.Web);
            metadata[SeedName] = provenance.Seed.ToString(CultureInfo.InvariantCulture);
        }
        SafetensorsFile.Write(path, tensors, metadata);
    }

    /// <summary>
    /// Reads an <see cref="NGramDistribution"/>: pi_0, pi_1, ... in float32 or float64, all other tensors ignored, rows checked
    /// and renormalised as an <see cref="ExplicitLaw"/>'s; or a <see cref="SparseNGramDistribution"/>.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// The file does not hold a valid distribution; the message names it and the tensor or row.
    /// </exception>
    public static INGramDistribution Load(string path)
    {
        var file = SafetensorsFile.Read(path, Needed);
        try
        {
            return SparseTensors.Are(file) ? SparseTensors.Read(file) : ReadDense(file);
        }
        catch (Exception exception)
            when (exception
                    is ArgumentException
                        or InvalidDataException
                        or JsonException
                        or OverflowException
                        or NotSupportedException)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    /// <summary>What a distribution is made of; a model's weights, or whatever else is there, takes no memory.</summary>
    private static IEnumerable<string> Needed(IReadOnlyList<string> names) =>
        names.Where(SparseTensors.IsTensor).Concat(Enumerable.Range(0, names.Count).Select(Name).TakeWhile(names.Contains));

    private static NGramDistribution ReadDense(SafetensorsFile file)
    {
        double[][] levels = ReadLevels(file);
        var law = ExplicitLaw.Of(checked((int)file.Tensors[Name(0)].Shape[0]), levels);
        law.Validate();
        return new(law.VocabularySize, law.CreateLevels(seed: 0), ReadProvenance(file, law));
    }

    private static string Name(int level) => string.Create(CultureInfo.InvariantCulture, $"pi_{level}");

    private static SafetensorsTensor Tensor(INGramDistribution distribution, int level)
    {
        int n = distribution.VocabularySize;
        NGramLevel.RequireMemory(n, level, n, sizeof(double));
        // A tensor's bytes are one array.
        MemoryBudget.Require(
            ContextIndex.Count(n, level + 1) * sizeof(double),
            1,
            FormattableString.Invariant($"The tensor pi_{level} over {n} tokens"));
        byte[] bytes = new byte[(int)ContextIndex.Count(n, level + 1) * sizeof(double)];
        var rows = MemoryMarshal.Cast<byte, double>(bytes.AsSpan());
        ushort[] context = new ushort[level];
        for (int row = 0; row < rows.Length / n; row++)
        {
            ContextIndex.Decode(row, n, context);
            distribution.GetProbabilities(context, rows.Slice(row * n, n));
        }
        return new("F64", [.. Enumerable.Repeat((long)n, level + 1)], bytes);
    }

    private static double[][] ReadLevels(SafetensorsFile file)
    {
        var levels = new List<double[]>();
        while (file.Tensors.TryGetValue(Name(levels.Count), out var tensor))
        {
            string name = Name(levels.Count);
            long size = file.Tensors[Name(0)].Shape.FirstOrDefault();
            if (tensor.Shape.Length != levels.Count + 1 || tensor.Shape.Any(dimension => dimension != size))
            {
                throw new InvalidDataException(
                    $"{name} has the shape [{string.Join(", ", tensor.Shape)}]; "
                    + $"it must be [{string.Join(", ", Enumerable.Repeat(size, levels.Count + 1))}].");
            }

            if (tensor.DataType is not ("F32" or "F64"))
                throw new InvalidDataException($"{name} has the data type {tensor.DataType}; it must be F32 or F64.");
            levels.Add(tensor.ToDoubles());
        }
        return levels.Count > 0
            ? [.. levels]
            : throw new InvalidDataException("there is no tensor pi_0, so this is not a distribution.");
    }

    private static NGramProvenance? ReadProvenance(SafetensorsFile file, ExplicitLaw rows)
    {
        if (!file.Metadata.TryGetValue(LawName, out string? json) || !file.Metadata.TryGetValue(SeedName, out string? text))
            return null;
        var law = JsonSerializer.Deserialize<NGramLaw>(json, JsonSerializerOptions.Web);
        if (law is null || law.VocabularySize != rows.VocabularySize || law.Order != rows.Order
            || !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int seed))
        {
            throw new InvalidDataException($"the metadata '{LawName}' and '{SeedName}' do not describe its tensors.");
        }

        law.Validate();
        return new(law, seed);
    }
}
