namespace NGram.ML.Inspection;

/// <summary>What a model holds of one prompt, and when it learned it.</summary>
public sealed record PromptMemory
{
    /// <summary>The tokens.</summary>
    public required IReadOnlyList<ushort> Prompt { get; init; }

    /// <summary>The prompt's probability.</summary>
    public required double Probability { get; init; }

    /// <summary>The law's first token of greatest probability.</summary>
    public required int Best { get; init; }

    /// <summary>The model's token of greatest logit.</summary>
    public required int Prediction { get; init; }

    /// <summary>Whether the law has no more probable token than the prediction.</summary>
    public required bool IsMemorised { get; init; }

    /// <summary>
    /// By how much the greatest logit of the law's most probable tokens is above that of every other token; infinite where
    /// all are equally probable.
    /// </summary>
    public required double Margin { get; init; }

    /// <summary>KL(law, model) after this prompt, in nats.</summary>
    public required double Divergence { get; init; }

    /// <summary>The step of the first snapshot that holds it; null: none did.</summary>
    public int? FirstLearned { get; init; }

    /// <summary>
    /// The step of the last snapshot that holds it while the one before did not: where it was learned for good, or the last time
    /// before it was forgotten. Null: none did.
    /// </summary>
    public int? LastLearned { get; init; }

    /// <summary>This, with what is known of the snapshots before.</summary>
    internal PromptMemory After(PromptMemory? before, int? step) => this with
    {
        FirstLearned = before?.FirstLearned ?? (IsMemorised ? step : null),
        LastLearned = IsMemorised && before is not { IsMemorised: true } ? step : before?.LastLearned,
    };
}
