using NGram.Data.Distributions;

namespace NGram.ML.Prediction;

/// <summary>
/// The probabilities after every prompt predicted before, kept if there are few enough prompts to have a place for each: most
/// predictions are then a copy. Several threads may read and write at once: they write the same values.
/// </summary>
internal sealed class KnownPrompts
{
    // 32 MB; an untouched place takes none.
    private const double MostFloats = 1 << 23;

    private readonly int vocabularySize;
    private readonly float[] probabilities; // [N^S, N]
    private readonly bool[] isKnown;

    private KnownPrompts(int vocabularySize, int prompts)
    {
        this.vocabularySize = vocabularySize;
        probabilities = GC.AllocateUninitializedArray<float>(prompts * vocabularySize);
        isKnown = new bool[prompts];
    }

    /// <summary>Places for every prompt; null if there are too many.</summary>
    public static KnownPrompts? For(int vocabularySize, int promptLength) =>
        ContextIndex.Count(vocabularySize, promptLength + 1) is <= MostFloats and var floats
            ? new KnownPrompts(vocabularySize, (int)Math.Round(floats / vocabularySize))
            : null;

    /// <summary>The prompt's place.</summary>
    public int PlaceOf(ReadOnlySpan<ushort> prompt)
    {
        int place = 0;
        foreach (ushort token in prompt)
            place = place * vocabularySize + token;
        return place;
    }

    /// <summary>Copies what is known of a place.</summary>
    public bool TryGet(int place, Span<float> destination)
    {
        if (!Volatile.Read(ref isKnown[place]))
            return false;
        probabilities.AsSpan(place * vocabularySize, vocabularySize).CopyTo(destination);
        return true;
    }

    /// <summary>Keeps the probabilities of a place.</summary>
    public void Set(int place, ReadOnlySpan<float> values)
    {
        values.CopyTo(probabilities.AsSpan(place * vocabularySize, vocabularySize));
        Volatile.Write(ref isKnown[place], true);
    }

    /// <summary>Forgets all.</summary>
    public void Clear() => Array.Clear(isKnown);
}
