namespace NGram.Data.Counts;

/// <summary>
/// A mass m(h) for each longest seen end h of the tokens before a position, which decides the row of the token there: its
/// probability, or the number of sequences that end in it. Pushed from position to position in time proportional to the counts.
/// </summary>
/// <remarks>
/// With h' the context h without its oldest token, w(h t) the weight of a counted gram, b(h) what is left to h', and
/// q(h t) = b(h) p(t | h'), a row is p(t | h) = w(h t) + q(h t). L(h t) is the longest seen end of h t. From the longest h on:
/// next(L(h t)) += m(h) p(t | h) for the tokens t counted after h;
/// m(h') += m(h) b(h): the other tokens lead where they lead from h', with b(h) times the probability;
/// next(L(h' t)) -= m(h) q(h t) for the counted t, which the line before sends there too;
/// of the empty context the N minus counted tokens lead back to it, each with b / N.
/// To count sequences, every probability above 0 is a 1.
/// </remarks>
internal sealed class StateMasses
{
    private readonly SparseNGramDistribution distribution;
    private readonly bool counting;
    private double[][] values = [[1]];

    private StateMasses(SparseNGramDistribution distribution, bool counting)
    {
        this.distribution = distribution;
        this.counting = counting;
    }

    /// <summary>The probabilities at a position under the law of everything before it.</summary>
    public static StateMasses Probabilities(SparseNGramDistribution distribution, int position) =>
        new StateMasses(distribution, counting: false).Push(position);

    /// <summary>How many sequences of non-zero probability come to a position, in all (exact below 2^53).</summary>
    public static double Count(SparseNGramDistribution distribution, int position) =>
        new StateMasses(distribution, counting: true).Push(position).values.Sum(level => level.Sum());

    /// <summary>The mean of a figure of the row at the position.</summary>
    public double Mean(Func<int, int, bool, double> figure)
    {
        double sum = 0.0;
        for (int length = 0; length < values.Length; length++)
        {
            for (int state = 0; state < values[length].Length; state++)
            {
                if (values[length][state] > 0)
                    sum += values[length][state] * figure(length, state, length == values.Length - 1);
            }
        }
        return sum;
    }

    private StateMasses Push(int positions)
    {
        for (int position = 0; position < positions; position++)
            Step();
        return this;
    }

    private void Step()
    {
        int whole = values.Length - 1;
        double[][] next = new double[Math.Min(whole + 1, distribution.Order - 1) + 1][];
        for (int length = 0; length < next.Length; length++)
            next[length] = new double[distribution.Counts.Levels[length].Contexts];
        for (int length = whole; length >= 0; length--)
        {
            var level = distribution.Counts.Levels[length];
            for (int state = 0; state < level.Contexts; state++)
            {
                if (values[length][state] is var mass and > 0)
                    Flow(length, state, mass, whole, next);
            }
        }
        foreach (double[] level in next)
        {
            // Differences may round to less than nothing.
            for (int state = 0; state < level.Length; state++)
                level[state] = Math.Max(0, level[state]);
        }
        values = next;
    }

    private void Flow(int length, int state, double mass, int whole, double[][] next)
    {
        var level = distribution.Counts.Levels[length];
        var table = length == whole ? distribution.Main[length] : distribution.Lower[length];
        double left = table.BackOff(state);
        for (int gram = level.Begins[state]; gram < level.Begins[state + 1]; gram++)
        {
            double inherited = left * distribution.Figures.Shorter(length, gram); // q(h t)
            Next(next, length, gram) += mass * Factor(table.Weight(state, gram) + inherited);
            if (length > 0)
                Next(next, length - 1, level.Suffixes[gram]) -= mass * Factor(inherited);
        }
        if (length > 0)
            values[length - 1][distribution.Shorten(length, state)] += mass * Factor(left);
        else
            FlowUniformly(mass, left, next);
    }

    private void FlowUniformly(double mass, double left, double[][] next)
    {
        var level = distribution.Counts.Levels[0];
        // Counted tokens have had their share with their weights.
        next[0][0] += mass * Factor(left / distribution.VocabularySize) * (distribution.VocabularySize - level.Grams);
    }

    private double Factor(double probability) => !counting ? probability : probability > 0 ? 1 : 0;

    /// <summary>Where a gram leads: L, its longest end after which something was counted.</summary>
    private ref double Next(double[][] next, int length, int gram)
    {
        var (longest, state) = (length + 1, gram);
        while (longest >= next.Length || (longest > 0 && !distribution.Counts.Levels[longest].IsSeen(state)))
            state = distribution.Shorten(longest--, state);
        return ref next[longest][state];
    }
}
