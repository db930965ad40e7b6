using System.Text.RegularExpressions;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>
/// The published table that a sweep's points belong to, in the authors' columns acc, para, N, d, d_head, width.
/// </summary>
public sealed partial record SweepTable
{
    /// <summary>
    /// Its name; a setting's name in braces stands for its value: Data_exp_1_{EmbeddingDimension} is a table for each d.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What the column para holds: a formula over settings and variables.</summary>
    public string Para { get; init; } = "Heads";

    /// <summary>What the column width holds: a formula over settings and variables.</summary>
    public string Width { get; init; } = "MlpWidth";

    /// <summary>The name of the table that a point belongs to.</summary>
    /// <exception cref="InvalidDataException">A name in braces is neither a setting nor a variable.</exception>
    internal string NameOf(SweepPoint point) => Braces().Replace(Name, match => point.Get(match.Groups[1].Value) is { } value
        ? SettingsText.Shown(value)
        : throw new InvalidDataException($"{point.Sweep.Name}: {match.Value} in the table's name is not a setting."));

    /// <summary>The key of its row: para, N, d, d_head, width.</summary>
    /// <exception cref="InvalidDataException">A name in a formula is not a number.</exception>
    internal double[] KeyOf(SweepPoint point) =>
    [
        point.Number(Para),
        point.Number("VocabularySize"),
        point.Number("EmbeddingDimension"),
        point.Number("HeadDimension"),
        point.Number(Width),
    ];

    [GeneratedRegex(@"\{([A-Za-z.]+)\}")]
    private static partial Regex Braces();
}
