using NGram.ML.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace NGram.ML.Engines;

/// <summary>Loss and accuracy over scored positions, as the original computes them.</summary>
internal static class TorchLoss
{
    // In the logarithm, so that a probability of 0 has a finite loss; its gradient carries the factor p / (p + Epsilon).
    public const double Epsilon = 1e-12;

    /// <summary>Mean of -log(p_y + 1e-12), in nats.</summary>
    /// <param name="logits">[B, T, N].</param>
    /// <param name="targets">The tokens y that follow, int64 [B, T].</param>
    public static Tensor CrossEntropy(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        var probabilities = nn.functional.softmax(logits, 2).gather(2, targets.unsqueeze(2));
        return probabilities.Plus(Numbers.Epsilon).log().mean().neg().MoveToOuterDisposeScope();
    }

    /// <summary>Mean of -sum_t pi(t|context) log(p_t + 1e-12), in nats.</summary>
    /// <param name="logits">[B, T, N].</param>
    /// <param name="laws">pi(.|context) of every position, [B, T, N].</param>
    public static Tensor CrossEntropyWithLaw(Tensor logits, Tensor laws)
    {
        using var scope = NewDisposeScope();
        var terms = laws * nn.functional.softmax(logits, 2).Plus(Numbers.Epsilon).log();
        return terms.sum(2).mean().neg().MoveToOuterDisposeScope();
    }

    /// <summary>The same with a weight for each row: sum of the rows' means times their weights.</summary>
    /// <param name="logits">[B, T, N].</param>
    /// <param name="laws">[B, T, N].</param>
    /// <param name="weights">[B].</param>
    public static Tensor CrossEntropyWithLaw(Tensor logits, Tensor laws, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var terms = laws * nn.functional.softmax(logits, 2).Plus(Numbers.Epsilon).log();
        return (terms.sum(2).mean([1]) * weights).sum().neg().MoveToOuterDisposeScope();
    }

    /// <summary>Expected accuracy with a weight for each row: the law's probability of the greatest logit.</summary>
    /// <inheritdoc cref="CrossEntropyWithLaw(Tensor, Tensor, Tensor)"/>
    public static Tensor ExpectedAccuracy(Tensor logits, Tensor laws, Tensor weights)
    {
        using var scope = NewDisposeScope();
        var right = laws.gather(2, logits.argmax(2, keepdim: true)).squeeze(2);
        return (right.mean([1]) * weights).sum().to(ScalarType.Float64).MoveToOuterDisposeScope();
    }

    /// <summary>Share of positions whose greatest logit is the token's; the lowest index on ties.</summary>
    /// <param name="logits">[B, T, N].</param>
    /// <param name="targets">int64 [B, T].</param>
    public static Tensor Accuracy(Tensor logits, Tensor targets)
    {
        using var scope = NewDisposeScope();
        return logits.argmax(2).eq(targets).to(ScalarType.Float64).mean().MoveToOuterDisposeScope();
    }

    /// <summary>Never freed: nothing would refer to a temporary one while libtorch reads it.</summary>
    private static class Numbers
    {
        public static readonly Scalar Epsilon = TorchLoss.Epsilon;
    }
}
