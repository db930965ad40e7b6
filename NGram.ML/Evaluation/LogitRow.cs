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
        double mass = 0;
        for (int rank = 0, last = -1; rank < Math.Min(count, law.Length); rank++)
            mass += law[last = Next(last)];
        return mass;
    }

    /// <summary>The token after another by descending logit, lower ones first on ties; the first for -1.</summary>
    private int Next(int last)
    {
        int next = -1;
        for (int token = 0; token < logits.Length; token++)
            if ((last < 0 || logits[token] < logits[last] || logits[token] == logits[last] && token > last)
                && (next < 0 || logits[token] > logits[next]))
                next = token;
        return next;
    }
}
