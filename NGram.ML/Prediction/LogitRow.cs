using System.Numerics.Tensors;

namespace NGram.ML.Prediction;

/// <summary>A prediction by its logits, compared with the law of the same token.</summary>
internal readonly ref struct LogitRow
{
    // Replaces a probability of zero, so that its logarithm is a number.
    private const double Least = 1e-300;

    private readonly ReadOnlySpan<double> logits;
    private readonly Span<double> scratch;

    /// <param name="logits">By token.</param>
    /// <param name="scratch">N places for terms of sums.</param>
    public LogitRow(ReadOnlySpan<double> logits, Span<double> scratch)
    {
        this.logits = logits;
        this.scratch = scratch;
        Best = TopTokens.Best(logits);
        LogSum = LogSumExp.Of(logits);
    }

    /// <summary>log sum_t exp(logit_t).</summary>
    public double LogSum { get; }

    /// <summary>The token of greatest logit, the lowest on ties.</summary>
    public int Best { get; }

    /// <summary>- sum_t pi_t log p_t.</summary>
    public double CrossEntropy(ReadOnlySpan<double> law)
    {
        TensorPrimitives.Subtract(LogSum, logits, scratch);
        return TensorPrimitives.Dot(law, scratch);
    }

    /// <summary>- sum_t pi_t log(p_t + epsilon): the training's loss.</summary>
    public double Loss(ReadOnlySpan<double> law, double epsilon)
    {
        TensorPrimitives.Subtract(logits, LogSum, scratch);
        TensorPrimitives.Exp<double>(scratch, scratch);
        TensorPrimitives.Add(scratch, epsilon, scratch);
        TensorPrimitives.Log<double>(scratch, scratch);
        return -TensorPrimitives.Dot(law, scratch);
    }

    /// <summary>sum_t pi_t log(pi_t / p_t).</summary>
    public double Divergence(ReadOnlySpan<double> law)
    {
        TensorPrimitives.Max(law, Least, scratch);
        TensorPrimitives.Log<double>(scratch, scratch);
        TensorPrimitives.Subtract(scratch, logits, scratch);
        TensorPrimitives.Add(scratch, LogSum, scratch);
        return TensorPrimitives.Dot(law, scratch);
    }

    /// <summary>Whether the law has no more probable token than <see cref="Best"/>.</summary>
    public bool IsMemorised(ReadOnlySpan<double> law) => law[Best] >= TensorPrimitives.Max(law);

    /// <summary>
    /// How far the greatest logit of the law's most probable tokens is above that of every other token, negative if it is not;
    /// infinite if all tokens are equally probable.
    /// </summary>
    public double Margin(ReadOnlySpan<double> law)
    {
        double most = TensorPrimitives.Max(law), right = double.NegativeInfinity, other = double.NegativeInfinity;
        for (int token = 0; token < law.Length; token++)
        {
            if (law[token] >= most)
                right = Math.Max(right, logits[token]);
            else
                other = Math.Max(other, logits[token]);
        }
        return right - other;
    }

    /// <summary>The law's mass of the <paramref name="count"/> tokens of greatest logit, lower ones first on ties.</summary>
    public double MassOfBest(int count, ReadOnlySpan<double> law)
    {
        int[] top = new int[Math.Min(count, law.Length)];
        FindBest(top);
        double mass = 0;
        foreach (int token in top)
            mass += law[token];
        return mass;
    }

    /// <summary>The tokens of greatest logit in descending order, lower ones first on ties.</summary>
    public void FindBest(Span<int> top) => TopTokens.Find(logits, top);

    /// <summary>The token's probability.</summary>
    public double Probability(int token) => Math.Exp(logits[token] - LogSum);
}
