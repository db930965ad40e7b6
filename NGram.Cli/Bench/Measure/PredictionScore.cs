namespace NGram.Cli.Bench.Measure;

/// <summary>What an application reads of a prediction.</summary>
internal sealed class PredictionScore
{
    /// <summary>Probabilities of the next token.</summary>
    public float[] Score { get; set; } = [];
}
