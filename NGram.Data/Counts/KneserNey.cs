using NGram.Data.Checks;

namespace NGram.Data.Counts;

/// <summary>
/// Interpolated Kneser-Ney (Kneser and Ney 1995; Chen and Goodman 1999): an absolute discount D from each count, and in the
/// lower levels instead of a count the number of different tokens before it (the beginning of a text is one).
/// </summary>
public sealed record KneserNey : NGramSmoothing
{
    // Where a text is too small for the estimate: the value usual in the literature.
    private const double UsualDiscount = 0.75;

    /// <summary>
    /// D: what is taken from each count, from 0 to 1 (both excluded); null estimates it for each level by n1 / (n1 + 2 n2)
    /// (Ney, Essen and Kneser 1994), n1 and n2 the numbers of sequences with count 1 and 2 (0.75 where one of them is 0).
    /// </summary>
    public double? Discount { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Discount is { } discount)
            Require.That(discount is > 0 and < 1, nameof(Discount), discount, "above 0 and below 1");
    }

    internal override InterpolatedTable Main(NGramCountLevel level, int vocabularySize) =>
        new(level, level.Occurrences, DiscountOf(level.Occurrences));

    internal override InterpolatedTable Lower(NGramCountLevel level, int vocabularySize) =>
        new(level, level.Continuations, DiscountOf(level.Continuations!));

    private double DiscountOf(uint[] sums)
    {
        if (Discount is { } given)
            return given;
        var (once, twice) = (0.0, 0.0);
        for (int i = 1; i < sums.Length; i++)
        {
            uint count = sums[i] - sums[i - 1];
            once += count == 1 ? 1 : 0;
            twice += count == 2 ? 1 : 0;
        }
        return once > 0 && twice > 0 ? once / (once + 2 * twice) : UsualDiscount;
    }
}
