namespace NGram.Cli.Terminal;

/// <summary>A stream for writing that reports all of its write errors to one place.</summary>
/// <param name="stream">Receives the bytes.</param>
/// <param name="onFault">Receives each write error; one that it does not throw is dropped.</param>
internal sealed class GuardedStream(Stream stream, Action<Exception> onFault) : Stream
{
    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            stream.Write(buffer);
        }
        catch (Exception exception) when (IsFault(exception))
        {
            onFault(exception);
        }
    }

    public override void Flush()
    {
        try
        {
            stream.Flush();
        }
        catch (Exception exception) when (IsFault(exception))
        {
            onFault(exception);
        }
    }

    // .NET reports a file that exceeds the limit of the file system or the process (EFBIG) as an argument out of range.
    private static bool IsFault(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            stream.Dispose();
        base.Dispose(disposing);
    }
}
