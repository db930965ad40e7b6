using NGram.Data.Views;
using NGram.ML.Models;
using static TorchSharp.torch;

namespace NGram.ML.Estimators;

/// <summary>Scores a batch of prompts at once: keys in, probabilities by slot out. One a cursor; the model may be shared.</summary>
internal sealed class PromptScorer
{
    private readonly NextTokenModel model;
    private readonly ScoreSlots slots;
    private readonly int[] tokensOfKeys;
    private readonly int promptLength;
    private readonly int[] keys;
    private readonly long[] prompts;
    private readonly bool[] isKnown;
    private readonly float[] scores;

    /// <summary>Makes the buffers for at most <paramref name="batchSize"/> prompts.</summary>
    public PromptScorer(NextTokenModel model, Architecture architecture, ScoreSlots slots, int[] tokensOfKeys, int batchSize)
    {
        this.model = model;
        this.slots = slots;
        this.tokensOfKeys = tokensOfKeys;
        promptLength = architecture.PromptLength;
        keys = new int[promptLength];
        prompts = new long[batchSize * promptLength];
        isKnown = new bool[batchSize];
        scores = new float[batchSize * slots.Count];
    }

    /// <summary>Prompts of the current batch.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the batch takes no more.</summary>
    public bool IsFull => Count == isKnown.Length;

    /// <summary>Probabilities by slot of one prompt of the last batch.</summary>
    public ReadOnlySpan<float> this[int row] => scores.AsSpan(row * slots.Count, slots.Count);

    /// <summary>Starts an empty batch.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds the prompt that the reader stands on.</summary>
    public void Add(KeyReader reader)
    {
        reader.Read(keys);
        bool known = true;
        for (int i = 0; i < promptLength; i++)
        {
            int token = (uint)keys[i] < (uint)tokensOfKeys.Length ? tokensOfKeys[keys[i]] : KeyReader.Missing;
            known &= token >= 0;
            prompts[Count * promptLength + i] = Math.Max(0, token);
        }
        isKnown[Count++] = known;
    }

    /// <summary>Computes the scores of the batch.</summary>
    public void Score()
    {
        if (Count == 0)
            return;
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var tokens = tensor(prompts.AsSpan(0, Count * promptLength).ToArray(), [Count, promptLength]);
        // [Count, 1, N]: only the last position predicts the label.
        var probabilities = model.CountedLogits(tokens, promptLength - 1).squeeze(1).softmax(-1).to(ScalarType.Float32).contiguous();
        float[] all = probabilities.data<float>().ToArray();
        for (int row = 0; row < Count; row++)
        {
            var destination = scores.AsSpan(row * slots.Count, slots.Count);
            if (isKnown[row])
                slots.Arrange(all.AsSpan(row * slots.Count, slots.Count), destination);
            else
                destination.Fill(1f / slots.Count);
        }
    }

    /// <summary>The predicted key of one prompt of the last batch.</summary>
    public uint PredictedKey(int row) => slots.KeyOfBest(this[row]);
}
