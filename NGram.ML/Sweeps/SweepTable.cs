namespace NGram.ML.Sweeps;

/// <summary>
/// The published table that a sweep's points belong to, in the authors' columns acc, para, N, d, d_head, width.
/// </summary>
public sealed record SweepTable
{
    /// <summary>
    /// Its name; a setting's name in braces stands for its value: Data_exp_1_{EmbeddingDimension} is a table for each d.
    /// </summary>
    public required string Name { get; init; }

    /// <summary>What the column para holds: a formula over settings and variables.</summary>
    public string Para { get; init; } = "Heads";

    /// <summary>What the column width holds: a formula over settings and variables.</summary>
    public string Width { get; init; } = "MlpWidth";
}
