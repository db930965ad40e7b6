namespace NGram.ML.Inspection;

/// <summary>What a head does over every prompt of a law.</summary>
public sealed record HeadReport
{
    /// <summary>Where it is.</summary>
    public required HeadPlace Place { get; init; }

    /// <summary>
    /// Its share of the logit of the law's most probable token minus the mean of all logits: the mean over the prompts, by
    /// probability, of what the head adds, divided by the mean of the whole. The shares of embedding, heads and MLPs sum to 1.
    /// </summary>
    public required double LogitShare { get; init; }

    /// <summary>Facts that the model holds without what the head writes.</summary>
    public required long FactsWithout { get; init; }

    /// <summary>Prompts that are held with the head but not without it.</summary>
    public required long FailWithout { get; init; }

    /// <summary>Mean attention from the last position to the first one, weighted by the prompts' probability.</summary>
    public required double AttentionToFirst { get; init; }
}
