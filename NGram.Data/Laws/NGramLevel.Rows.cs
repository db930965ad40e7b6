using System.Globalization;
using NGram.Data.Distributions;

namespace NGram.Data.Laws;

internal sealed partial class NGramLevel
{
    /// <summary>How far from 1 a given row may sum.</summary>
    private const double SumTolerance = 1e-4;

    /// <summary>
    /// Checks rows, renormalises those that need it, and brings them into canonical form. The array is not changed.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// A row has a negative number or none, or does not sum to 1 within 1e-4; the message names it.
    /// </exception>
    public static NGramLevel FromRows(int vocabularySize, int level, double[] rows)
    {
        int contexts = rows.Length / vocabularySize;
        for (int context = 0; context < contexts; context++)
            CheckRow(level, context, rows.AsSpan(context * vocabularySize, vocabularySize));

        double[] first = new double[vocabularySize];
        SortRow(rows.AsSpan(0, vocabularySize), first, new ushort[vocabularySize]);
        double[] weights = Normalised(first);
        return FindOrders(vocabularySize, rows, weights, level) is { } tokens
            ? new(vocabularySize, weights, IsUniformRow(vocabularySize, weights) ? null : tokens, null)
            : new(vocabularySize, [], null, NormalisedRows(vocabularySize, level, rows));
    }

    private static void CheckRow(int level, long context, ReadOnlySpan<double> row)
    {
        double sum = 0.0;
        foreach (double probability in row)
        {
            if (!(probability >= 0 && probability <= 1 + SumTolerance))
            {
                throw RowError(
                    level,
                    context,
                    row.Length,
                    string.Create(CultureInfo.InvariantCulture, $"holds {probability}; a probability must be from 0 to 1"));
            }

            sum += probability;
        }
        if (!(Math.Abs(sum - 1) <= SumTolerance))
        {
            throw RowError(
                level,
                context,
                row.Length,
                string.Create(CultureInfo.InvariantCulture, $"sums to {sum}; a row must sum to 1 within {SumTolerance}"));
        }
    }

    private static ArgumentException RowError(int level, long row, int vocabularySize, string fault)
    {
        ushort[] context = new ushort[level];
        ContextIndex.Decode(row, vocabularySize, context);
        return new($"pi_{level}[{string.Join(", ", context)}] {fault}.");
    }

    /// <summary>The tokens by rank of every row, or null if a row's numbers are not <paramref name="weights"/>.</summary>
    private static ushort[]? FindOrders(int vocabularySize, double[] rows, double[] weights, int level)
    {
        var (contexts, support) = (rows.Length / vocabularySize, weights.Length);
        RequireMemory(vocabularySize, level, support, sizeof(ushort));
        ushort[] orders = new ushort[(long)contexts * support];
        var result = Parallel.For(
            0,
            contexts,
            () => (Values: new double[vocabularySize], Tokens: new ushort[vocabularySize]),
            (context, state, buffer) =>
            {
                SortRow(rows.AsSpan(context * vocabularySize, vocabularySize), buffer.Values, buffer.Tokens);
                bool same = Normalised(buffer.Values).AsSpan().SequenceEqual(weights);
                if (!same)
                    state.Stop();
                var order = orders.AsSpan(context * support, support);
                buffer.Tokens.AsSpan(0, support).CopyTo(order);
                SortTies(weights, order);
                return buffer;
            },
            _ => { });
        return result.IsCompleted ? orders : null;
    }

    private static void SortRow(ReadOnlySpan<double> row, double[] descending, ushort[] tokens)
    {
        for (int token = 0; token < row.Length; token++)
            (descending[token], tokens[token]) = (-row[token], (ushort)token);
        Array.Sort(descending, tokens);
        for (int rank = 0; rank < descending.Length; rank++)
            descending[rank] = -descending[rank];
    }

    private static double[] NormalisedRows(int vocabularySize, int level, double[] rows)
    {
        RequireMemory(vocabularySize, level, vocabularySize, sizeof(double));
        double[] result = (double[])rows.Clone();
        for (int begin = 0; begin < result.Length; begin += vocabularySize)
        {
            var row = result.AsSpan(begin, vocabularySize);
            double sum = 0.0;
            foreach (double probability in row)
                sum += probability;
            if (IsNormalised(sum))
                continue;
            foreach (ref double probability in row)
                probability /= sum;
        }
        return result;
    }
}
