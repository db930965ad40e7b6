using NGram.ML.Fused.Differentiation;

namespace NGram.ML.Fused.Operations;

/// <summary>The last operation of a tape: it replaces the logits by their gradient and keeps the batch's means.</summary>
internal abstract class Loss : Operation
{
    /// <summary>The epsilon of -log(p + epsilon), whose gradient carries the factor p / (p + epsilon).</summary>
    protected const float Epsilon = 1e-12f;

    /// <summary>Mean cross entropy over the scored positions, in nats.</summary>
    public double CrossEntropy { get; protected set; }

    /// <summary>Share of scored positions whose greatest logit is that of the token that follows.</summary>
    public double Accuracy { get; protected set; }

    /// <summary>Reads what the loss needs of the batch's tokens; before Forward.</summary>
    /// <param name="tokens">The batch.</param>
    /// <param name="weights">Of its rows, for the loss with a law; empty: all count alike.</param>
    public virtual void Read(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights)
    {
    }

    /// <summary>None: forward has left the gradient where the unembedding reads it.</summary>
    public sealed override IReadOnlyList<Piece> BackwardPieces => [];

    /// <summary>Adds up the batch's means, after forward.</summary>
    public abstract void Complete();
}
