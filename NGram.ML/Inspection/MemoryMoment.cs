namespace NGram.ML.Inspection;

/// <summary>What a model holds at one moment of its training, over every prompt of the law.</summary>
public sealed record MemoryMoment
{
    /// <summary>Batches trained; null for a model without its training.</summary>
    public int? Step { get; init; }

    /// <summary>Number of prompts for which the model's most probable token is a most probable one of the law.</summary>
    public required long Facts { get; init; }

    /// <summary>The smallest margin of any prompt, in logits.</summary>
    public required double SmallestMargin { get; init; }

    /// <summary>T0 (log N - CE) / ln 2 for T0 prompts and the cross entropy CE.</summary>
    public required double Bits { get; init; }

    /// <summary>Mean of KL(law, model) over the prompts, weighted by probability, in nats; likewise for the next two.</summary>
    public required double DivergenceFromLaw { get; init; }

    /// <summary>KL(uniform, model).</summary>
    public required double DivergenceFromUniform { get; init; }

    /// <summary>KL(the best predictor that sees only the last token, model).</summary>
    public required double DivergenceFromLastToken { get; init; }
}
