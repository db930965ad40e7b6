namespace NGram.Data.Counts;

/// <summary>
/// No smoothing: the relative frequencies c(h t) / c(h). A context that was never counted has those of the longest counted
/// context that it ends in, so that every context has a distribution.
/// </summary>
public sealed record MaximumLikelihood : NGramSmoothing
{
    internal override InterpolatedTable Main(NGramCountLevel level, int vocabularySize) => new(level, level.Occurrences);

    internal override InterpolatedTable Lower(NGramCountLevel level, int vocabularySize) => Main(level, vocabularySize);
}
