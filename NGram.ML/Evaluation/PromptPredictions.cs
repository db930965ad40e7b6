using NGram.Data.Distributions;
using NGram.ML.Models;
using static TorchSharp.torch;

namespace NGram.ML.Evaluation;

/// <summary>
/// Predictions after prompts, each different prompt computed once: prompts are collected by <see cref="TryFind"/> and
/// computed together by <see cref="Compute"/>. Memory is bounded: when it is full it is cleared.
/// </summary>
internal sealed class PromptPredictions
{
    // Probabilities that are kept: 64 MB.
    private const int MostProbabilities = 1 << 24;
    private const int MostPrompts = 1 << 19;
    // The allocator keeps the tensors of so few for the next batch.
    private const int LargestBatch = 128;

    private readonly NextTokenModel model;
    private readonly INGramDistribution? law;
    private readonly int[]? idOfToken;
    private readonly int promptLength, vocabulary, capacity, batchSize;
    private readonly Dictionary<ushort[], int> places = new(new PromptComparer());
    private readonly Dictionary<ushort[], int>.AlternateLookup<ReadOnlySpan<ushort>> lookup;
    private readonly List<float[]> probabilities = []; // of every batch, row-major [batch, N]; kept when prompts are forgotten
    private readonly List<double> best = [];
    private readonly List<ushort> open = []; // prompts that wait, row-major

    /// <param name="model">Predicts; its tokens are those of the prompts.</param>
    /// <param name="architecture">Of the model.</param>
    /// <param name="law">The law, or null.</param>
    /// <param name="tokenOfId">The model's token of every id of the law; null: the same.</param>
    /// <param name="mostProbabilities">How many probabilities are kept.</param>
    public PromptPredictions(
        NextTokenModel model,
        Architecture architecture,
        INGramDistribution? law,
        int[]? tokenOfId,
        int mostProbabilities = MostProbabilities)
    {
        (this.model, this.law) = (model, law);
        (promptLength, vocabulary) = (architecture.PromptLength, architecture.VocabularySize);
        capacity = Math.Clamp(mostProbabilities / vocabulary, 1, MostPrompts);
        batchSize = Math.Min(LargestBatch, capacity);
        lookup = places.GetAlternateLookup<ReadOnlySpan<ushort>>();
        if (tokenOfId is null)
            return;
        idOfToken = new int[vocabulary];
        for (int id = 0; id < vocabulary; id++)
            idOfToken[tokenOfId[id]] = id;
    }

    /// <summary>Whether the law is known.</summary>
    public bool HasLaw => law is not null;

    /// <summary>The place of a prompt; false where it is new and there is none left.</summary>
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

    /// <summary>The law's largest probability after a prompt that was computed.</summary>
    public double BestOf(int place) => best[place];

    /// <summary>Computes the prompts that wait.</summary>
    public void Compute(CancellationToken cancellation)
    {
        var waiting = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(open);
        for (int computed = best.Count, count; waiting.Length > 0; computed += count, waiting = waiting[(count * promptLength)..])
        {
            cancellation.ThrowIfCancellationRequested();
            // A batch that the last call left open is filled first.
            int row = computed % batchSize;
            count = Math.Min(batchSize - row, waiting.Length / promptLength);
            var prompts = waiting[..(count * promptLength)];
            int batch = computed / batchSize;
            if (batch == probabilities.Count)
                probabilities.Add(new float[batchSize * vocabulary]);
            Predict(prompts, probabilities[batch].AsSpan(row * vocabulary));
            for (int i = 0; i < count; i++)
                best.Add(law is null ? 0 : LargestProbability(prompts.Slice(i * promptLength, promptLength)));
        }
        open.Clear();
    }

    /// <summary>Forgets all prompts.</summary>
    public void Clear()
    {
        places.Clear();
        best.Clear();
        open.Clear();
    }

    private void Predict(ReadOnlySpan<ushort> prompts, Span<float> destination)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        // [count, 1, N]: only the last position predicts the label.
        var scores = model
            .CountedLogits(NextTokenModel.TokenTensor(prompts, promptLength), promptLength - 1)
            .squeeze(1)
            .softmax(-1);
        NextTokenModel.Float32(scores).CopyTo(destination);
    }

    private double LargestProbability(ReadOnlySpan<ushort> prompt)
    {
        if (idOfToken is null)
            return law!.LargestProbability(prompt);
        ushort[] ids = new ushort[prompt.Length];
        for (int i = 0; i < ids.Length; i++)
            ids[i] = (ushort)idOfToken[prompt[i]];
        return law!.LargestProbability(ids);
    }
}
