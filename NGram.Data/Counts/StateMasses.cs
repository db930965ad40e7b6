namespace NGram.Data.Counts;

/// <summary>
/// A weight for each longest counted end of the tokens before a position, which decides the law of the token there: its
/// probability, or the number of sequences with it. Pushed from position to position in time that goes with the counts:
/// what a context leaves flows on as if the shorter one had been there, but for the tokens counted after the context.
/// </summary>
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
            double scaled = left * distribution.Figures.Shorter(length, gram);
            Next(next, length, gram) += mass * Counted(table.Weight(state, gram) + scaled);
            if (length > 0)
                Next(next, length - 1, level.Suffixes[gram]) -= mass * Counted(scaled);
        }
        if (length > 0)
            values[length - 1][distribution.Shorten(length, state)] += mass * Counted(left);
        else
            FlowUniformly(mass, left, next);
    }

    private void FlowUniformly(double mass, double left, double[][] next)
    {
        var level = distribution.Counts.Levels[0];
        // Counted tokens have had theirs with their weights.
        next[0][0] += mass * Counted(left / distribution.VocabularySize) * (distribution.VocabularySize - level.Grams);
    }

    private double Counted(double probability) => !counting ? probability : probability > 0 ? 1 : 0;

    /// <summary>Where a gram leads: to its longest end after which something was counted.</summary>
    private ref double Next(double[][] next, int length, int gram)
    {
        var (longest, state) = (length + 1, gram);
        while (longest >= next.Length || (longest > 0 && !distribution.Counts.Levels[longest].IsSeen(state)))
            state = distribution.Shorten(longest--, state);
        return ref next[longest][state];
    }
}
