using System.Runtime.InteropServices;

namespace NGram.ML.Prediction;

/// <summary>
/// Predictions after prompts, each different prompt computed once: prompts are collected by <see cref="TryFind"/> and
/// computed together by <see cref="Compute"/>. Kept as logits in double: a probability may be too small for any number. Memory is
/// bounded: when it is full it is cleared.
/// </summary>
internal sealed class PromptCache
{
    // 64 MB.
    private const int MostLogits = 1 << 23;
    private const int MostPrompts = 1 << 19;

    private readonly IPredictor predictor;
    private readonly int promptLength, vocabulary, capacity, batchSize;
    private readonly Dictionary<ushort[], int> places = new(new PromptComparer());
    private readonly Dictionary<ushort[], int>.AlternateLookup<ReadOnlySpan<ushort>> lookup;
    private readonly List<double[]> batches = []; // logits, row-major [batch, N]; kept when prompts are forgotten
    private readonly List<double> logSums = []; // by place
    private readonly double[] terms;
    private readonly List<ushort> open = []; // prompts that wait, row-major
    private int computed;

    /// <param name="predictor">Its tokens are those of the prompts; belongs to the caller.</param>
    /// <param name="mostLogits">How many logits are kept.</param>
    public PromptCache(IPredictor predictor, int mostLogits = MostLogits)
    {
        this.predictor = predictor;
        (promptLength, vocabulary) = (predictor.PromptLength, predictor.VocabularySize);
        capacity = Math.Clamp(mostLogits / vocabulary, 1, MostPrompts);
        terms = new double[vocabulary];
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

    /// <summary>Logits by token after a prompt that was computed.</summary>
    public ReadOnlySpan<double> Logits(int place)
    {
        var (batch, row) = Math.DivRem(place, batchSize);
        return batches[batch].AsSpan(row * vocabulary, vocabulary);
    }

    /// <summary>log sum_t exp(logit_t) of these: a token's log-probability is its logit less it.</summary>
    public double LogSum(int place) => logSums[place];

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
            if (batch == batches.Count)
                batches.Add(new double[batchSize * vocabulary]);
            var logits = batches[batch].AsSpan(row * vocabulary, count * vocabulary);
            predictor.Logits(waiting[..(count * promptLength)], promptLength, promptLength - 1, logits);
            for (; logits.Length > 0; logits = logits[vocabulary..])
                logSums.Add(new LogitRow(logits[..vocabulary], terms).LogSum);
        }
        open.Clear();
    }

    /// <summary>Forgets all prompts.</summary>
    public void Clear()
    {
        places.Clear();
        open.Clear();
        logSums.Clear();
        computed = 0;
    }
}
