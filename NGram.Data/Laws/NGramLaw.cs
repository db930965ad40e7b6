using System.Text.Json.Serialization;
using NGram.Data.Checks;
using NGram.Data.Distributions;

namespace NGram.Data.Laws;

/// <summary>How the rows of an n-gram distribution come about: options, from which a seed makes a distribution.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "law")]
[JsonDerivedType(typeof(PowerLaw), "power")]
[JsonDerivedType(typeof(ZipfLaw), "zipf")]
[JsonDerivedType(typeof(RandomHeadLaw), "random-head")]
[JsonDerivedType(typeof(ExplicitLaw), "explicit")]
public abstract record NGramLaw
{
    /// <summary>The largest vocabulary: a token is two bytes.</summary>
    public const int LargestVocabulary = ushort.MaxValue + 1;

    /// <summary>The largest order: with two tokens, no table of a larger one exists.</summary>
    public const int LargestOrder = 64;

    /// <summary>N: number of different tokens, from 2 to 65,536.</summary>
    public int VocabularySize { get; init; } = 50;

    /// <summary>n: a token depends on the n - 1 tokens before it; at least 1.</summary>
    public int Order { get; init; } = 3;

    /// <summary>
    /// T0: sequences begin with one of so many prompts of n - 1 tokens, drawn at random, without replacement, from those that
    /// the law gives; their probabilities are the law's, renormalised. From 1 to their number, and for an order of at least 2;
    /// null: all of them. With one seed a smaller subset is a part of every larger one.
    /// </summary>
    public int? Prompts { get; init; }

    /// <summary>Makes the distribution of a seed; the same on every machine and for any number of threads.</summary>
    /// <exception cref="ArgumentException">
    /// An option is out of its range, or the distribution would not fit into memory.
    /// </exception>
    public NGramDistribution CreateDistribution(int seed)
    {
        Validate();
        var levels = CreateLevels(seed);
        if (Prompts is { } prompts)
            PromptSubset.Restrict(levels, prompts, seed);
        return new(VocabularySize, levels, Provenance(seed));
    }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and the allowed range.</exception>
    public virtual void Validate()
    {
        Require.InRange(VocabularySize, 2, LargestVocabulary, nameof(VocabularySize));
        Require.AtLeast(Order, 1, nameof(Order));
        Require.AtMost(Order, LargestOrder, nameof(Order));
        if (Prompts is { } prompts)
            ValidatePrompts(prompts);
    }

    /// <summary>The law with every default that depends on other options written out.</summary>
    public virtual NGramLaw Resolve() => this;

    internal abstract NGramLevel[] CreateLevels(int seed);

    /// <summary>What a distribution remembers of its making; nothing where its rows say it all.</summary>
    private protected virtual NGramProvenance? Provenance(int seed) => new(this, seed);

    private void ValidatePrompts(int prompts)
    {
        Require.That(Order >= 2, nameof(Prompts), prompts, "left out for an {1} of 1, which has no prompts", nameof(Order));
        double most = ContextIndex.Count(VocabularySize, Order - 1);
        Require.That(
            prompts >= 1 && prompts <= most,
            nameof(Prompts),
            prompts,
            FormattableString.Invariant($"from 1 to {most}, which is {VocabularySize}^{Order - 1}"));
    }

    /// <summary>Checks a list with an entry for each of the first <paramref name="count"/> levels.</summary>
    private protected static void ValidatePerLevel<T>(
        IReadOnlyList<T>? values,
        int count,
        string name,
        string allowed,
        Func<T, bool> isAllowed)
    {
        if (values is null)
            return;
        Require.That(values.Count == count, $"{name}.Count", values.Count, $"{count}, one for each level");
        for (int i = 0; i < count; i++)
            Require.That(isAllowed(values[i]), $"{name}[{i}]", values[i], allowed);
    }
}
