namespace NGram.Data.Files;

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
    /// <exception cref="InvalidDataException">The row is none; the message names file and line.</exception>
    public bool Read()
    {
        count = 0;
        return ReadRow();
    }

    /// <inheritdoc/>
    public abstract void Dispose();

    protected abstract bool ReadRow();

    protected void Add(ushort token)
    {
        if (count == tokens.Length)
            Array.Resize(ref tokens, 2 * count);
        tokens[count++] = token;
    }

    protected InvalidDataException Fault(string fault, Exception? inner = null) => new($"{Place}: {fault}", inner);
}
