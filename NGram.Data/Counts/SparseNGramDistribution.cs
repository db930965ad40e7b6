using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Randomness;

namespace NGram.Data.Counts;

/// <summary>
/// The n-gram distribution of a text: counts and a smoothing, for orders and vocabularies whose N^n probabilities could not
/// be held. pi_i for the first tokens of a sequence is that of the text's sequences of i + 1 tokens. Immutable.
/// </summary>
public sealed class SparseNGramDistribution : INGramDistribution
{
    private readonly Lazy<RowFigures> figures;

    /// <summary>Makes the distribution of some counts.</summary>
    /// <param name="counts">Of a text.</param>
    /// <param name="smoothing">How they become probabilities.</param>
    /// <param name="tokens">What each of the N tokens stands for; null if they are ids alone.</param>
    /// <exception cref="ArgumentException">An option of the smoothing is out of its range, or there are not N tokens.</exception>
    public SparseNGramDistribution(NGramCounts counts, NGramSmoothing smoothing, IReadOnlyList<string>? tokens = null)
    {
        ArgumentNullException.ThrowIfNull(counts);
        ArgumentNullException.ThrowIfNull(smoothing);
        Require.Argument(smoothing.Validate, nameof(smoothing));
        if (tokens is not null)
        {
            Require.That(
                tokens.Count == counts.VocabularySize,
                $"{nameof(tokens)}.Count",
                tokens.Count,
                FormattableString.Invariant($"{counts.VocabularySize}, the vocabulary size"));
        }

        Counts = counts;
        Smoothing = smoothing;
        Tokens = tokens;
        Main = [.. counts.Levels.Select(level => smoothing.Main(level, VocabularySize))];
        Lower = [.. counts.Levels.SkipLast(1).Select(level => smoothing.Lower(level, VocabularySize))];
        figures = new(() => new RowFigures(this));
    }

    /// <inheritdoc/>
    public int Order => Counts.Order;

    /// <inheritdoc/>
    public int VocabularySize => Counts.VocabularySize;

    /// <summary>What it was made from.</summary>
    public NGramCounts Counts { get; }

    /// <summary>How the counts became probabilities.</summary>
    public NGramSmoothing Smoothing { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string>? Tokens { get; }

    internal InterpolatedTable[] Main { get; }

    internal InterpolatedTable[] Lower { get; }

    internal RowFigures Figures => figures.Value;

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The span has fewer than N places.</exception>
    public void GetProbabilities(ReadOnlySpan<ushort> context, Span<double> probabilities)
    {
        int whole = Math.Min(context.Length, Order - 1);
        var row = probabilities[..VocabularySize];
        var (longest, state) = Locate(context);
        Span<int> chain = stackalloc int[longest + 1];
        double uniform = 1.0 / VocabularySize;
        for (int length = longest; length >= 0; length--)
        {
            chain[length] = state;
            uniform *= Table(length, whole).BackOff(state);
            state = length > 0 ? Shorten(length, state) : 0;
        }
        row.Fill(uniform);
        // From the longest on, each is scaled by what the longer ones leave.
        double scale = 1.0;
        for (int length = longest; length >= 0 && scale > 0; length--)
        {
            var (level, table) = (Counts.Levels[length], Table(length, whole));
            for (int gram = level.Begins[chain[length]]; gram < level.Begins[chain[length] + 1]; gram++)
                row[level.Tokens[gram]] += scale * table.Weight(chain[length], gram);
            scale *= table.BackOff(chain[length]);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Without a pass over the row.</remarks>
    public double LargestProbability(ReadOnlySpan<ushort> context)
    {
        var (length, state) = Locate(context);
        return Figures.Best(length, state, isMain: length == Math.Min(context.Length, Order - 1));
    }

    /// <inheritdoc/>
    public double EntropyAt(int position)
    {
        Require.AtLeast(position, 0, nameof(position));
        return StateMasses.Probabilities(this, position).Mean(Figures.Entropy);
    }

    /// <summary>The accuracy of a perfect predictor of the token at a position: the mean of max_t pi(t | context).</summary>
    /// <exception cref="ArgumentException">The position is negative.</exception>
    public double BestAccuracyAt(int position)
    {
        Require.AtLeast(position, 0, nameof(position));
        return StateMasses.Probabilities(this, position).Mean(Figures.Best);
    }

    /// <inheritdoc/>
    public double? TryCountPrompts(int length)
    {
        Require.AtLeast(length, 0, nameof(length));
        return StateMasses.Count(this, length);
    }

    /// <summary>The token that 64 random bits fall on, in time proportional to the logarithm of the row.</summary>
    internal ushort Draw(ReadOnlySpan<ushort> context, ulong bits)
    {
        var random = new CounterRandom(bits);
        int whole = Math.Min(context.Length, Order - 1);
        var (length, state) = Locate(context);
        while (true)
        {
            if (Table(length, whole).Draw(state, random.NextDouble()) is var gram and >= 0)
                return Counts.Levels[length].Tokens[gram];
            if (length == 0)
                return (ushort)random.Next(VocabularySize);
            state = Shorten(length--, state);
        }
    }

    /// <summary>The longest end of a context, of at most n - 1 tokens, after which something was counted.</summary>
    internal (int Length, int State) Locate(ReadOnlySpan<ushort> context)
    {
        for (int length = Math.Min(context.Length, Order - 1); length > 0; length--)
        {
            int state = Counts.Find(context[^length..]);
            if (state >= 0 && Counts.Levels[length].IsSeen(state))
                return (length, state);
        }
        return (0, 0);
    }

    /// <summary>A context without its oldest token.</summary>
    internal int Shorten(int length, int state) => length == 1 ? 0 : Counts.Levels[length - 1].Suffixes[state];

    private InterpolatedTable Table(int length, int whole) => length == whole ? Main[length] : Lower[length];
}
