namespace NGram.Data.Counts;

/// <summary>
/// The rows of one level: (c - D) / (C + A) for each token counted after a context, C their sum, and (D m + A) / (C + A), m
/// their number, for the row of the context without its oldest token. Without counts all is left to that.
/// </summary>
internal sealed class InterpolatedTable(NGramCountLevel level, uint[]? sums, double discount = 0, double added = 0)
{
    private readonly int[] begins = level.Begins;

    /// <summary>The probability that a context gives a gram of its own.</summary>
    public double Weight(int context, int gram) => sums is null ? 0 : (sums[gram + 1] - sums[gram] - discount) / Total(context);

    /// <summary>The probability that is left to the context without its oldest token.</summary>
    public double BackOff(int context)
    {
        double total = sums is null ? 0 : Total(context);
        return total > 0 ? (discount * (begins[context + 1] - begins[context]) + added) / total : 1;
    }

    /// <summary>
    /// The gram that a number from 0 to 1 falls on, those of a context laid out one after another; -1 for what is left.
    /// </summary>
    public int Draw(int context, double uniform)
    {
        var (begin, end) = (begins[context], begins[context + 1]);
        if (sums is null || begin == end)
            return -1;
        double target = uniform * Total(context);
        double Before(int gram) => sums[gram] - (double)sums[begin] - discount * (gram - begin);
        if (target >= Before(end))
            return -1;
        var (low, high) = (begin, end - 1);
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (target < Before(middle + 1))
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }

    private double Total(int context) => sums![begins[context + 1]] - (double)sums[begins[context]] + added;
}
