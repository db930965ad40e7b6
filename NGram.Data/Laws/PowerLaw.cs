namespace NGram.Data.Laws;

/// <summary>
/// Weights alpha^0, alpha^1, ..., zero after the support: 1 is uniform on the support. (The paper's name; it is geometric
/// in the rank.) The defaults are the notebook's: uniform pairs of 50 tokens, each followed by one token.
/// </summary>
public sealed record PowerLaw : RankedLaw
{
    private protected override string AllowedAlphas => "a finite number from 0 on";

    private protected override bool IsAllowedAlpha(double alpha) => double.IsFinite(alpha) && alpha >= 0;

    // 0^0 = 1, and 0 * log 0 would not be a number.
    private protected override double LogWeight(double alpha, int rank) => rank == 0 ? 0 : rank * Math.Log(alpha);
}
