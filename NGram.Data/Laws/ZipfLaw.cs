namespace NGram.Data.Laws;

/// <summary>Weights k^alpha for k = 1, 2, ..., zero after the support: they decay where alpha is negative.</summary>
public sealed record ZipfLaw : RankedLaw
{
    private protected override string AllowedAlphas => "a finite number";

    private protected override bool IsAllowedAlpha(double alpha) => double.IsFinite(alpha);

    private protected override double LogWeight(double alpha, int rank) => alpha * Math.Log(rank + 1);
}
