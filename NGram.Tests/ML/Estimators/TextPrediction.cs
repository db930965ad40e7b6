namespace NGram.Tests.ML.Estimators;

/// <summary>What a pipeline on <see cref="TextRow"/>s predicts.</summary>
internal sealed class TextPrediction
{
    public float[] Score { get; set; } = [];

    public string Predicted { get; set; } = "";
}
