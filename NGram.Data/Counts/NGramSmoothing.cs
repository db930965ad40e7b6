using System.Text.Json.Serialization;

namespace NGram.Data.Counts;

/// <summary>
/// How counts become probabilities. All are of the form (c(h t) - D) / (c(h) + A) + b(h) p(t | h'), with h' the context h
/// without its oldest token, b(h) the mass that is left, and p(t | h) = p(t | h') for a context that was never counted;
/// below the empty context all N tokens are equally likely.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "smoothing")]
[JsonDerivedType(typeof(KneserNey), "kneser-ney")]
[JsonDerivedType(typeof(AddK), "add-k")]
[JsonDerivedType(typeof(MaximumLikelihood), "none")]
public abstract record NGramSmoothing
{
    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and the allowed range.</exception>
    public virtual void Validate()
    {
    }

    /// <summary>The table of one level, for contexts that are whole.</summary>
    internal abstract InterpolatedTable Main(NGramCountLevel level, int vocabularySize);

    /// <summary>The table of one level, for what longer contexts leave.</summary>
    internal abstract InterpolatedTable Lower(NGramCountLevel level, int vocabularySize);
}
