using System.Numerics.Tensors;

namespace NGram.ML.Evaluation;

/// <summary>A prediction by its logits, held against the law of the same token.</summary>
internal readonly ref struct LogitRow
{
    private readonly ReadOnlySpan<double> logits;
    private readonly double logSum; // log sum_t exp(logit_t)

    public LogitRow(ReadOnlySpan<double> logits)
    {
        this.logits = logits;
        Best = 0;
        for (int token = 1; token < logits.Length; token++)
            if (logits[token] > logits[Best])
                Best = token;
        double sum = 0;
        foreach (double logit in logits)
            sum += Math.Exp(logit - logits[Best]);
        logSum = logits[Best] + Math.Log(sum);
    }

    /// <summary>The token of greatest logit, the lowest on ties.</summary>
    public int Best { get; }

    /// <summary>- sum_t pi_t log p_t.</summary>
    public double CrossEntropy(ReadOnlySpan<double> law)
    {
        double sum = 0;
        for (int token = 0; token < law.Length; token++)
            if (law[token] > 0)
                sum += law[token] * (logSum - logits[token]);
        return sum;
    }

    /// <summary>sum_t pi_t log(pi_t / p_t).</summary>
    public double Divergence(ReadOnlySpan<double> law)
    {
        double sum = 0;
        for (int token = 0; token < law.Length; token++)
            if (law[token] > 0)
                sum += law[token] * (Math.Log(law[token]) + logSum - logits[token]);
        return sum;
    }

    /// <summary>Whether the law has no more probable token than <see cref="Best"/>.</summary>
    public bool IsMemorised(ReadOnlySpan<double> law) => law[Best] >= TensorPrimitives.Max(law);

    /// <summary>The law's mass of the <paramref name="count"/> tokens of greatest logit, lower ones first on ties.</summary>
    public double MassOfBest(int count, ReadOnlySpan<double> law)
    {
        var top = new int[Math.Min(count, law.Length)];
        FindBest(top);
        double mass = 0;
        foreach (int token in top)
            mass += law[token];
        return mass;
    }

    /// <summary>The tokens of greatest logit in descending order, lower ones first on ties.</summary>
    public void FindBest(Span<int> top) => TopTokens.Find(logits, top);

    /// <summary>The token's probability.</summary>
    public double Probability(int token) => Math.Exp(logits[token] - logSum);
}
