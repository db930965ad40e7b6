using System.Runtime.InteropServices;

namespace NGram.ML.Prediction;

/// <summary>
/// Predictions after prompts, each different prompt computed once: prompts are collected by <see cref="TryFind"/> and computed
/// in batches by <see cref="Compute"/> as far as they are read, so that a batch is still in the processor's cache then. Kept as
/// logits in double: a probability may be too small for any number. Memory is bounded: when it is full it is cleared.
/// </summary>
internal sealed class PromptCache
{
    // 64 MB.
    private const int MostLogits = 1 << 23;
    private const int MostPrompts = 1 << 19;

    // A batch of fewer takes less time than to wake another thread.
    private const int ParallelLogits = 1 << 15;

    // Of a batch, 1 MB; but so many prompts that a large unembedding is not read for a few.
    private const int BatchLogits = 1 << 17, LeastBatch = 16;

    private readonly IPredictor predictor;
    private readonly int promptLength, vocabulary, capacity, batchSize;
    private readonly Dictionary<ushort[], int> places = new(new PromptComparer());
    private readonly Dictionary<ushort[], int>.AlternateLookup<ReadOnlySpan<ushort>> lookup;
    // Logits, row-major [batch, N], and the logarithms of their exponentials' sums; kept when prompts are forgotten.
    private readonly List<(double[] Logits, double[] LogSums)> batches = [];
    private readonly List<ushort> open = []; // prompts that wait, row-major
    private int computed, firstOpen; // places

    /// <param name="predictor">Its tokens are those of the prompts; belongs to the caller.</param>
    /// <param name="mostLogits">How many logits are kept.</param>
    public PromptCache(IPredictor predictor, int mostLogits = MostLogits)
    {
        this.predictor = predictor;
        (promptLength, vocabulary) = (predictor.PromptLength, predictor.VocabularySize);
        capacity = Math.Clamp(mostLogits / vocabulary, 1, MostPrompts);
        batchSize = Math.Min(Math.Clamp(BatchLogits / vocabulary, LeastBatch, IPredictor.BatchRows), capacity);
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
        return batches[batch].Logits.AsSpan(row * vocabulary, vocabulary);
    }

    /// <summary>log sum_t exp(logit_t) of these: a token's log-probability is its logit less it.</summary>
    public double LogSum(int place) => batches[place / batchSize].LogSums[place % batchSize];

    /// <summary>
    /// Computes the prompts that wait, up to the one of a place at least: some batches at a time, one for each core where they
    /// are worth it.
    /// </summary>
    public void Compute(int place, CancellationToken cancellation)
    {
        while (computed <= place)
        {
            cancellation.ThrowIfCancellationRequested();
            // A batch that the last call left open is filled first.
            int first = computed / batchSize, left = (places.Count - 1) / batchSize - first + 1;
            int count = batchSize * vocabulary < ParallelLogits ? 1 : Math.Min(left, Environment.ProcessorCount);
            while (batches.Count < first + count)
                batches.Add((new double[batchSize * vocabulary], new double[batchSize]));
            if (count == 1)
                ComputeBatch(first);
            else
                Parallel.For(first, first + count, ComputeBatch);
            computed = Math.Min((first + count) * batchSize, places.Count);
        }
        if (computed < places.Count)
            return;
        open.Clear();
        firstOpen = computed;
    }

    /// <summary>Forgets all prompts.</summary>
    public void Clear()
    {
        places.Clear();
        open.Clear();
        (computed, firstOpen) = (0, 0);
    }

    private void ComputeBatch(int batch)
    {
        int from = Math.Max(computed, batch * batchSize), to = Math.Min(places.Count, (batch + 1) * batchSize);
        var prompts = CollectionsMarshal.AsSpan(open)[((from - firstOpen) * promptLength)..((to - firstOpen) * promptLength)];
        var (logits, logSums) = batches[batch];
        int row = from - batch * batchSize;
        var own = logits.AsSpan(row * vocabulary, (to - from) * vocabulary);
        predictor.Logits(prompts, promptLength, promptLength - 1, own);
        for (; own.Length > 0; own = own[vocabulary..])
            logSums[row++] = predictor.IsSingle ? LogSumExp.OfSingle(own[..vocabulary]) : LogSumExp.Of(own[..vocabulary]);
    }
}
