using Microsoft.ML.Data;

namespace NGram.Cli.Bench.Measure;

/// <summary>A row as an application has it, of the notebook's trigrams.</summary>
internal sealed class PredictionRow
{
    /// <summary>Keys of two tokens.</summary>
    [KeyType(PredictionRates.VocabularySize), VectorType(2)]
    public uint[] Context { get; set; } = [1, 1];

    /// <summary>The key that follows; no prediction reads it.</summary>
    [KeyType(PredictionRates.VocabularySize)]
    public uint Label { get; set; } = 1;
}
