using System.Text.Json.Serialization;
using NGram.Data.Checks;
using NGram.Data.Distributions;

namespace NGram.Data.Laws;

/// <summary>A law given by its rows. A seed changes nothing but which prompts of a subset are drawn.</summary>
public sealed record ExplicitLaw : NGramLaw
{
    /// <summary>
    /// For each level i = 0, ..., n - 1 the N^(i+1) probabilities pi_i[t_0, ..., t_i], row-major: N^i rows of N that sum to 1
    /// within 1e-4 (they are renormalised in double).
    /// </summary>
    [JsonIgnore]
    public IReadOnlyList<double[]> Levels { get; init; } = [];

    /// <summary>The law of given levels; their number is the order.</summary>
    public static ExplicitLaw Of(int vocabularySize, params double[][] levels) =>
        new() { VocabularySize = vocabularySize, Order = levels.Length, Levels = levels };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        ArgumentNullException.ThrowIfNull(Levels);
        Require.That(Levels.Count == Order, $"{nameof(Levels)}.Count", Levels.Count, $"{Order}, the order");
        for (int i = 0; i < Order; i++)
        {
            double entries = ContextIndex.Count(VocabularySize, i + 1);
            Require.That(
                Levels[i].Length == entries,
                $"{nameof(Levels)}[{i}].Length",
                Levels[i].Length,
                $"{entries}, which is {VocabularySize}^{i + 1}");
        }
    }

    internal override NGramLevel[] CreateLevels(int seed) =>
        [.. Levels.Select((rows, i) => NGramLevel.FromRows(VocabularySize, i, rows))];

    private protected override NGramProvenance? Provenance(int seed) => null;
}
