using Microsoft.ML;
using NGram.Data.Keys;
using NGram.ML.Prediction;

namespace NGram.ML.Estimators.Scoring;

/// <summary>Scores a batch of prompts at once: probabilities by slot. One a cursor; the predictor may be shared.</summary>
internal sealed class PromptScorer : PromptBatch
{
    private readonly IPredictor predictor;
    private readonly ScoreSlots slots;
    private readonly float[] byToken, bySlot;

    /// <summary>Makes the buffers for at most <paramref name="batchSize"/> prompts.</summary>
    public PromptScorer(IPredictor predictor, ScoreSlots slots, KeyMap tokensOfKeys, int batchSize)
        : base(predictor.PromptLength, tokensOfKeys, batchSize)
    {
        this.predictor = predictor;
        this.slots = slots;
        byToken = new float[batchSize * slots.Count];
        bySlot = slots.AreTokens ? byToken : new float[batchSize * slots.Count];
    }

    /// <summary>Probabilities by slot of one prompt of the last batch.</summary>
    public ReadOnlySpan<float> this[int row] => bySlot.AsSpan(row * slots.Count, slots.Count);

    /// <inheritdoc/>
    public override void Compute()
    {
        if (Count == 0)
            return;
        predictor.Probabilities(Prompts, byToken);
        for (int row = 0; row < Count; row++)
        {
            var destination = bySlot.AsSpan(row * slots.Count, slots.Count);
            if (IsKnown(row) && slots.AreTokens)
                continue;
            if (IsKnown(row))
                slots.Arrange(byToken.AsSpan(row * slots.Count, slots.Count), destination);
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
