using NGram.Data.Checks;

namespace NGram.Data.Counts;

/// <summary>
/// Add-k (Lidstone; Laplace for k = 1): (c(h t) + k) / (c(h) + k N); uniform for a context that was never counted.
/// </summary>
public sealed record AddK : NGramSmoothing
{
    private const double Largest = 1e9;

    /// <summary>k: what is added to each of the N counts of a context; above 0, at most 1e9.</summary>
    public double Pseudocount { get; init; } = 0.01;

    /// <inheritdoc/>
    public override void Validate() =>
        Require.That(Pseudocount is > 0 and <= Largest, nameof(Pseudocount), Pseudocount, "above 0 and at most 1e9");

    internal override InterpolatedTable Main(NGramCountLevel level, int vocabularySize) =>
        new(level, level.Occurrences, added: Pseudocount * vocabularySize);

    // What is left goes to all tokens alike.
    internal override InterpolatedTable Lower(NGramCountLevel level, int vocabularySize) => new(level, null);
}
