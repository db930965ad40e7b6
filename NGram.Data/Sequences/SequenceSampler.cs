using NGram.Data.Checks;
using NGram.Data.Counts;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.Data.Randomness;

namespace NGram.Data.Sequences;

/// <summary>
/// An endless list of rows drawn from an n-gram distribution: each is a pure function of the distribution, the seed and its
/// number, whatever the number of threads and the order in which rows are asked for. Immutable and thread-safe.
/// </summary>
public sealed class SequenceSampler
{
    /// <summary>Rows that are drawn together; reading whole blocks is fastest.</summary>
    public const int BlockRows = 2048;

    private readonly LevelSampler[]? levels;

    /// <summary>
    /// Prepares the tables; laws whose rows differ in more than their order take 8 bytes for each of the N^n probabilities.
    /// </summary>
    /// <param name="distribution">The distribution.</param>
    /// <param name="contextWindow">Tokens of a row, at least max(n, 2).</param>
    /// <param name="seed">Any number.</param>
    /// <exception cref="ArgumentException">The window is too small, or the tables do not fit into memory.</exception>
    public SequenceSampler(INGramDistribution distribution, int contextWindow, int seed)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        Require.AtLeast(contextWindow, ShortestWindow(distribution.Order), nameof(contextWindow));
        Distribution = distribution;
        ContextWindow = contextWindow;
        Seed = seed;
        levels = (distribution as NGramDistribution)?.Levels.Select(LevelSampler.Create).ToArray();
    }

    /// <summary>The law of the rows.</summary>
    public INGramDistribution Distribution { get; }

    /// <summary>Tokens of a row.</summary>
    public int ContextWindow { get; }

    /// <summary>Seed of the rows.</summary>
    public int Seed { get; }

    /// <summary>The fewest tokens of a row that shows a law of this order: a prompt has one at least.</summary>
    internal static int ShortestWindow(int order) => Math.Max(order, 2);

    /// <summary>The first rows as a matrix.</summary>
    /// <param name="rows">How many, from 0.</param>
    /// <param name="threads">Threads to use, at least 1; null is one for each processor. Changes no token.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">A number is out of range, or the matrix does not fit into memory.</exception>
    public TokenMatrix Sample(int rows, int? threads = null, CancellationToken cancellationToken = default)
    {
        Require.AtLeast(rows, 0, nameof(rows));
        int degree = threads ?? Environment.ProcessorCount;
        Require.AtLeast(degree, 1, nameof(threads));
        MemoryBudget.Require(
            (double)rows * ContextWindow,
            sizeof(ushort),
            FormattableString.Invariant($"A sample of {rows} rows of {ContextWindow} tokens"));
        ushort[] tokens = GC.AllocateUninitializedArray<ushort>(rows * ContextWindow);
        var options = new ParallelOptions { MaxDegreeOfParallelism = degree, CancellationToken = cancellationToken };
        Parallel.For(0, (rows + BlockRows - 1) / BlockRows, options, block =>
        {
            int first = block * BlockRows;
            Fill(first, tokens.AsSpan(first * ContextWindow, Math.Min(BlockRows, rows - first) * ContextWindow));
        });
        return new(tokens, ContextWindow, Distribution.VocabularySize);
    }

    /// <summary>Writes consecutive rows.</summary>
    /// <param name="firstRow">Number of the first, from 0.</param>
    /// <param name="tokens">Receives a whole number of rows, row-major.</param>
    /// <exception cref="ArgumentException">
    /// The first row is negative, or the span does not hold a whole number of rows.
    /// </exception>
    public void Fill(long firstRow, Span<ushort> tokens)
    {
        Require.AtLeast(firstRow, 0, nameof(firstRow));
        if (tokens.Length % ContextWindow != 0)
        {
            throw new ArgumentException(
                $"{tokens.Length} tokens are not a whole number of rows of {ContextWindow}.",
                nameof(tokens));
        }

        while (tokens.Length > 0)
        {
            var (block, offset) = Math.DivRem(firstRow, BlockRows);
            int rows = Math.Min(BlockRows - (int)offset, tokens.Length / ContextWindow);
            var part = tokens[..(rows * ContextWindow)];
            if (levels is not null)
                FillByLevels(levels, block, (int)offset, part);
            else if (Distribution is SparseNGramDistribution sparse)
                FillByDraws(sparse, block, (int)offset, part);
            else
                FillByProbabilities(block, (int)offset, part);
            tokens = tokens[(rows * ContextWindow)..];
            firstRow += rows;
        }
    }

    /// <summary>Numbers of one position in a block's rows, from row <paramref name="offset"/> on.</summary>
    private CounterRandom RandomAt(long block, int position, int offset) =>
        new(CounterRandom.Key(Seed, block, position), (ulong)offset);

    private void FillByLevels(LevelSampler[] samplers, long block, int offset, Span<ushort> tokens)
    {
        Span<uint> contexts = stackalloc uint[BlockRows];
        contexts = contexts[..(tokens.Length / ContextWindow)];
        contexts.Clear();
        for (int position = 0; position < ContextWindow; position++)
        {
            var random = RandomAt(block, position, offset);
            var level = samplers[Math.Min(position, samplers.Length - 1)];
            if (
                level.IsUniform
                && position + 1 < ContextWindow
                && samplers[Math.Min(position + 1, samplers.Length - 1)].IsUniform)
            {
                // Contexts stay right as long as they matter: from position n - 1 on, all levels are the last one.
                LevelSampler.DrawUniformPair(
                    random,
                    tokens[position..],
                    ContextWindow,
                    contexts,
                    (uint)Distribution.VocabularySize);
                position++;
                continue;
            }
            if (position >= samplers.Length)
                DropOldest(tokens[(position - samplers.Length)..], contexts);
            level.Draw(random, tokens[position..], ContextWindow, contexts);
        }
    }

    /// <summary>Makes contexts of n tokens ones of n - 1 by taking off the oldest's t N^(n-1).</summary>
    private void DropOldest(ReadOnlySpan<ushort> oldest, Span<uint> contexts)
    {
        // Wraps around only where no level has a table to look a context up in.
        uint place = 1u;
        for (int i = 1; i < Distribution.Order; i++)
            place *= (uint)Distribution.VocabularySize;
        for (int row = 0; row < contexts.Length; row++)
            contexts[row] -= oldest[row * ContextWindow] * place;
    }

    /// <summary>A sparse distribution draws from its rows itself.</summary>
    private void FillByDraws(SparseNGramDistribution sparse, long block, int offset, Span<ushort> tokens)
    {
        for (int position = 0; position < ContextWindow; position++)
        {
            var random = RandomAt(block, position, offset);
            for (int begin = 0; begin < tokens.Length; begin += ContextWindow)
                tokens[begin + position] = sparse.Draw(tokens.Slice(begin, position), random.Next());
        }
    }

    /// <summary>Any implementation: the cumulated probabilities of each token's context.</summary>
    private void FillByProbabilities(long block, int offset, Span<ushort> tokens)
    {
        double[] probabilities = new double[Distribution.VocabularySize];
        for (int position = 0; position < ContextWindow; position++)
        {
            var random = RandomAt(block, position, offset);
            for (int begin = 0; begin < tokens.Length; begin += ContextWindow)
            {
                Distribution.GetProbabilities(tokens.Slice(begin, position), probabilities);
                tokens[begin + position] = (ushort)Draw(probabilities, random.NextDouble());
            }
        }
    }

    private static int Draw(double[] probabilities, double uniform)
    {
        int last = 0;
        for (int token = 0; token < probabilities.Length; token++)
        {
            if (probabilities[token] <= 0)
                continue;
            last = token;
            uniform -= probabilities[token];
            if (uniform < 0)
                break;
        }
        return last;
    }
}
