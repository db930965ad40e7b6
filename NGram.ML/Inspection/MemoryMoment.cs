namespace NGram.ML.Inspection;

/// <summary>What a model holds at a moment of its training, over every prompt of the law.</summary>
public sealed record MemoryMoment
{
    /// <summary>Batches trained; null of a model without its training.</summary>
    public int? Step { get; init; }

    /// <summary>Prompts whose most probable token under the model is a most probable one of the law.</summary>
    public required long Facts { get; init; }

    /// <summary>The least margin of a prompt, in logits.</summary>
    public required double SmallestMargin { get; init; }

    /// <summary>T0 (log N - CE) / ln 2 for T0 prompts and the cross entropy CE.</summary>
    public required double Bits { get; init; }

    /// <summary>Mean over the prompts, by probability, of KL(law, model), in nats; so are the next two.</summary>
    public required double DivergenceFromLaw { get; init; }

    /// <summary>KL(uniform, model).</summary>
    public required double DivergenceFromUniform { get; init; }

    /// <summary>KL(the best predictor that sees the last token alone, model).</summary>
    public required double DivergenceFromLastToken { get; init; }
}
