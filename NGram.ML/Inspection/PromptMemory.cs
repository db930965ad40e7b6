namespace NGram.ML.Inspection;

/// <summary>What a model holds of one prompt, and when it learned it.</summary>
public sealed record PromptMemory
{
    /// <summary>The tokens.</summary>
    public required IReadOnlyList<ushort> Prompt { get; init; }

    /// <summary>The prompt's probability.</summary>
    public required double Probability { get; init; }

    /// <summary>The first of the law's most probable tokens.</summary>
    public required int Best { get; init; }

    /// <summary>The token with the model's greatest logit.</summary>
    public required int Prediction { get; init; }

    /// <summary>Whether the law has no more probable token than the prediction.</summary>
    public required bool IsMemorised { get; init; }

    /// <summary>
    /// How far the greatest logit of the law's most probable tokens is above that of every other token; infinite if all tokens
    /// are equally probable.
    /// </summary>
    public required double Margin { get; init; }

    /// <summary>KL(law, model) after this prompt, in nats.</summary>
    public required double Divergence { get; init; }

    /// <summary>The step of the first snapshot that holds it; null if none did.</summary>
    public int? FirstLearned { get; init; }

    /// <summary>
    /// The step of the last snapshot that holds it while the one before did not: when it was learned for good, or for the last
    /// time before it was forgotten. Null if none did.
    /// </summary>
    public int? LastLearned { get; init; }

    /// <summary>The same, with what is known from earlier snapshots.</summary>
    internal PromptMemory After(PromptMemory? before, int? step) => this with
    {
        FirstLearned = before?.FirstLearned ?? (IsMemorised ? step : null),
        LastLearned = IsMemorised && before is not { IsMemorised: true } ? step : before?.LastLearned,
    };
}
