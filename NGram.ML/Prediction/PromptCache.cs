using System.Runtime.InteropServices;

namespace NGram.ML.Prediction;

/// <summary>
/// Predictions after prompts, each different prompt computed once: prompts are collected by <see cref="TryFind"/> and
/// computed together by <see cref="Compute"/>. Memory is bounded: when it is full it is cleared.
/// </summary>
internal sealed class PromptCache
{
    // Probabilities that are kept: 64 MB.
    private const int MostProbabilities = 1 << 24;
    private const int MostPrompts = 1 << 19;

    private readonly IPredictor predictor;
    private readonly int promptLength, vocabulary, capacity, batchSize;
    private readonly Dictionary<ushort[], int> places = new(new PromptComparer());
    private readonly Dictionary<ushort[], int>.AlternateLookup<ReadOnlySpan<ushort>> lookup;
    private readonly List<float[]> probabilities = []; // of every batch, row-major [batch, N]; kept when prompts are forgotten
    private readonly List<ushort> open = []; // prompts that wait, row-major
    private int computed;

    /// <param name="predictor">Its tokens are those of the prompts; belongs to the caller.</param>
    /// <param name="mostProbabilities">How many probabilities are kept.</param>
    public PromptCache(IPredictor predictor, int mostProbabilities = MostProbabilities)
    {
        this.predictor = predictor;
        (promptLength, vocabulary) = (predictor.PromptLength, predictor.VocabularySize);
        capacity = Math.Clamp(mostProbabilities / vocabulary, 1, MostPrompts);
        batchSize = Math.Min(IPredictor.BatchRows, capacity);
        lookup = places.GetAlternateLookup<ReadOnlySpan<ushort>>();
    }

    /// <summary>The place of a prompt; false where it is new and the cache is full.</summary>
    public bool TryFind(ReadOnlySpan<ushort> prompt, out int place)
    {
        if (lookup.TryGetValue(prompt, out place))
            return true;
        if (places.Count == capacity)
            return false;
        place = places.Count;
        lookup[prompt] = place;
        open.AddRange(prompt);
        return true;
    }

    /// <summary>Probabilities by token after a prompt that was computed.</summary>
    public ReadOnlySpan<float> this[int place]
    {
        get
        {
            var (batch, row) = Math.DivRem(place, batchSize);
            return probabilities[batch].AsSpan(row * vocabulary, vocabulary);
        }
    }

    /// <summary>Computes the prompts that wait.</summary>
    public void Compute(CancellationToken cancellation)
    {
        var waiting = CollectionsMarshal.AsSpan(open);
        for (int count; waiting.Length > 0; computed += count, waiting = waiting[(count * promptLength)..])
        {
            cancellation.ThrowIfCancellationRequested();
            // A batch that the last call left open is filled first.
            var (batch, row) = Math.DivRem(computed, batchSize);
            count = Math.Min(batchSize - row, waiting.Length / promptLength);
            if (batch == probabilities.Count)
                probabilities.Add(new float[batchSize * vocabulary]);
            predictor.Probabilities(waiting[..(count * promptLength)], probabilities[batch].AsSpan(row * vocabulary));
        }
        open.Clear();
    }

    /// <summary>Forgets all prompts.</summary>
    public void Clear()
    {
        places.Clear();
        open.Clear();
        computed = 0;
    }
}
