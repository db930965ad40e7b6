using Microsoft.ML;
using NGram.ML.Models;
using static TorchSharp.torch;

namespace NGram.ML.Estimators;

/// <summary>Scores a batch of prompts at once: probabilities by slot. One a cursor; the model may be shared.</summary>
internal sealed class PromptScorer : PromptBatch
{
    private readonly NextTokenModel model;
    private readonly ScoreSlots slots;
    private readonly float[] scores;

    /// <summary>Makes the buffers for at most <paramref name="batchSize"/> prompts.</summary>
    public PromptScorer(NextTokenModel model, Architecture architecture, ScoreSlots slots, int[] tokensOfKeys, int batchSize)
        : base(architecture.PromptLength, tokensOfKeys, batchSize)
    {
        this.model = model;
        this.slots = slots;
        scores = new float[batchSize * slots.Count];
    }

    /// <summary>Probabilities by slot of one prompt of the last batch.</summary>
    public ReadOnlySpan<float> this[int row] => scores.AsSpan(row * slots.Count, slots.Count);

    /// <inheritdoc/>
    public override void Compute()
    {
        if (Count == 0)
            return;
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var tokens = NextTokenModel.TokenTensor(Prompts, PromptLength);
        // [Count, 1, N]: only the last position predicts the label.
        var all = NextTokenModel.Float32(model.CountedLogits(tokens, PromptLength - 1).squeeze(1).softmax(-1));
        for (int row = 0; row < Count; row++)
        {
            var destination = scores.AsSpan(row * slots.Count, slots.Count);
            if (IsKnown(row))
                slots.Arrange(all.Slice(row * slots.Count, slots.Count), destination);
            else
                destination.Fill(1f / slots.Count);
        }
    }

    /// <inheritdoc/>
    public override ValueGetter<TValue> CreateGetter<TValue>(Func<int> row, DataViewSchema.Column column) =>
        PredictionGetters.Create<TValue>(this, row, column);

    /// <summary>The predicted key of one prompt of the last batch.</summary>
    public uint PredictedKey(int row) => slots.KeyOfBest(this[row]);
}
