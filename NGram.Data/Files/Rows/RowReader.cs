namespace NGram.Data.Files.Rows;

/// <summary>The rows of one file, each as tokens.</summary>
internal abstract class RowReader : IDisposable
{
    private ushort[] tokens = new ushort[16];
    private int count;

    /// <summary>Tokens of the row last read.</summary>
    public ReadOnlySpan<ushort> Tokens => tokens.AsSpan(0, count);

    /// <summary>The file and the line or row last read, for messages.</summary>
    public abstract string Place { get; }

    /// <summary>Reads the next row; false at the end.</summary>
    /// <exception cref="InvalidDataException">The row is not one of tokens; the message names file and line.</exception>
    public bool Read()
    {
        count = 0;
        return ReadRow();
    }

    /// <summary>
    /// Where in the row its first sequence of <paramref name="window"/> tokens begins: at its first place, or at the last one
    /// that has so many.
    /// </summary>
    /// <exception cref="InvalidDataException">The row is too short.</exception>
    public int FirstSequence(int window, bool slides)
    {
        if (count >= window)
            return slides ? 0 : count - window;
        if (!HasNames)
            throw TooShort(Place, count, window);
        string missing = TokenColumns.NameOf(count);
        throw Fault(FormattableString.Invariant($"the column {missing} is missing; a sequence has {window} tokens."));
    }

    /// <summary>The fault of a row of too few tokens.</summary>
    public static InvalidDataException TooShort(string place, int length, int window) =>
        new(FormattableString.Invariant($"{place}: a row of {length} tokens is too short; {window} are needed."));

    /// <inheritdoc/>
    public abstract void Dispose();

    /// <summary>Whether the row's tokens are those of columns token0, token1, ...</summary>
    public bool HasNames { get; protected set; }

    protected abstract bool ReadRow();

    protected void Add(ushort token)
    {
        if (count == tokens.Length)
            Array.Resize(ref tokens, 2 * count);
        tokens[count++] = token;
    }

    protected InvalidDataException Fault(string fault, Exception? inner = null) => new($"{Place}: {fault}", inner);
}
