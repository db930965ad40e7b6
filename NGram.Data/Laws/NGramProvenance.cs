namespace NGram.Data.Laws;

/// <summary>What a distribution was made from.</summary>
/// <param name="Law">The law's options.</param>
/// <param name="Seed">The seed given to it.</param>
public sealed record NGramProvenance(NGramLaw Law, int Seed);
