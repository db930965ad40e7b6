using System.Runtime.CompilerServices;

namespace NGram.Data.Sequences;

/// <summary>
/// Vose's alias tables (1991): K entries of which a uniformly drawn one decides between itself and its alias by a coin.
/// An entry is the coin's threshold, of 2^32, in the upper half and the alias in the lower.
/// </summary>
internal static class AliasTable
{
    private const double CoinSides = 4294967296.0;

    /// <summary>Fills the table of some weights; what has no weight is never drawn.</summary>
    public static void Build(ReadOnlySpan<double> weights, Span<ulong> table)
    {
        int count = weights.Length;
        var (sum, heaviest) = (0.0, 0);
        for (int i = 0; i < count; i++)
        {
            sum += weights[i];
            if (weights[i] > weights[heaviest])
                heaviest = i;
        }
        double[] shares = new double[count];
        var (small, large) = (new Stack<int>(count), new Stack<int>(count));
        for (int i = 0; i < count; i++)
        {
            shares[i] = weights[i] / sum * count;
            (shares[i] < 1 ? small : large).Push(i);
        }
        while (small.TryPop(out int poor))
        {
            // Rounding may leave poor ones without a giver.
            if (!large.TryPeek(out int rich))
                rich = heaviest;
            table[poor] = Entry(shares[poor], rich);
            shares[rich] -= 1 - shares[poor];
            if (large.Count > 0 && shares[rich] < 1)
                small.Push(large.Pop());
        }
        foreach (int i in large)
            table[i] = Entry(1, i);
    }

    /// <summary>The entry's number drawn by 64 random bits: the upper half selects an entry, the lower is its coin.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Draw(ReadOnlySpan<ulong> table, ulong bits)
    {
        uint drawn = (uint)((bits >> 32) * (uint)table.Length >> 32);
        ulong entry = table[(int)drawn];
        return (uint)bits < (uint)(entry >> 32) ? drawn : (uint)entry;
    }

    // A share that rounds to the whole coin keeps its alias for one side in 2^32.
    private static ulong Entry(double share, int alias) =>
        ((ulong)Math.Clamp(Math.Round(share * CoinSides), 0, uint.MaxValue) << 32) | (uint)alias;
}
