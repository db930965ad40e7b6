using System.Text.Json.Serialization;
using NGram.Data.Checks;

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

    /// <summary>Makes the distribution of a seed; the same on every machine and for any number of threads.</summary>
    /// <exception cref="ArgumentException">
    /// An option is out of its range, or the distribution would not fit into memory.
    /// </exception>
    public NGramDistribution CreateDistribution(int seed)
    {
        Validate();
        return new(VocabularySize, CreateLevels(seed), Provenance(seed));
    }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">Names the option, its value and the allowed range.</exception>
    public virtual void Validate()
    {
        Require.InRange(VocabularySize, 2, LargestVocabulary, nameof(VocabularySize));
        Require.AtLeast(Order, 1, nameof(Order));
        Require.AtMost(Order, LargestOrder, nameof(Order));
    }

    /// <summary>The law with every default that depends on other options written out.</summary>
    public virtual NGramLaw Resolve() => this;

    internal abstract NGramLevel[] CreateLevels(int seed);

    /// <summary>What a distribution remembers of its making; nothing where its rows say it all.</summary>
    private protected virtual NGramProvenance? Provenance(int seed) => new(this, seed);

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
