using System.Text;

namespace NGram.Data.IO;

/// <summary>
/// A place on disk that one process at a time writes: a file beside or in it, held open. A process that dies lets go of it, so
/// that what it left can be told from what another process is writing.
/// </summary>
internal sealed class OutputLock : IDisposable
{
    // What .NET says where another process holds the file: EWOULDBLOCK of Linux and of macOS, ERROR_SHARING_VIOLATION.
    private static readonly int[] HeldCodes = [11, 35, unchecked((int)0x80070020)];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream stream;
    private readonly string place;

    private OutputLock(FileStream stream, string place, bool wasLeft)
    {
        this.stream = stream;
        this.place = place;
        WasLeft = wasLeft;
    }

    /// <summary>Whether the file was there already: a process that died has left it.</summary>
    public bool WasLeft { get; }

    /// <summary>Takes a place, or says that another process has it.</summary>
    /// <param name="name">The file to hold.</param>
    /// <param name="place">What it stands for, for messages.</param>
    /// <exception cref="OutputTakenException">Another process is writing it.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static OutputLock Take(string name, string place) => TryTake(name, place, out var fault)
        ?? throw new OutputTakenException($"{place}: another process is writing it.", isHeld: true, fault);

    /// <summary>Takes a place; null where another process has it.</summary>
    /// <param name="name">The file to hold.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static OutputLock? TryTake(string name) => TryTake(name, name, out _);

    /// <summary>Takes a place as soon as no other process has it.</summary>
    /// <param name="name">The file to hold.</param>
    /// <exception cref="IOException">The file cannot be made.</exception>
    public static OutputLock Await(string name)
    {
        while (true)
        {
            if (TryTake(name) is { } taken)
                return taken;
            Thread.Sleep(Pause);
        }
    }

    /// <summary>Whether a file could not be opened because another process holds it.</summary>
    public static bool IsHeld(IOException exception) => HeldCodes.Contains(exception.HResult);

    /// <summary>What the process before, which died, had noted; empty where it noted nothing.</summary>
    public string[] ReadNotes()
    {
        stream.Position = 0;
        return new StreamReader(stream).ReadToEnd().Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Notes texts for the process after, should this one die; on disk when it returns.</summary>
    /// <exception cref="IOException">They cannot be written; the message names the place.</exception>
    public void WriteNotes(IEnumerable<string> notes)
    {
        try
        {
            stream.SetLength(0);
            stream.Write(Encoding.UTF8.GetBytes(string.Concat(notes.Select(note => note + '\0'))));
            stream.Flush(flushToDisk: true);
        }
        catch (Exception exception) when (WriteFault.Renamed(exception, stream.Name, place) is { } named)
        {
            throw named;
        }
    }

    /// <summary>Removes the file while it is still held, and lets go.</summary>
    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
            stream.Dispose();
        try
        {
            File.Delete(stream.Name);
        }
        finally
        {
            stream.Dispose();
        }
    }

    private static OutputLock? TryTake(string name, string place, out IOException? fault)
    {
        fault = null;
        while (true)
        {
            bool wasLeft = File.Exists(name);
            FileStream stream;
            try
            {
                stream = new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (IsHeld(exception))
            {
                fault = exception;
                return null;
            }
            // The one before may have removed the file between our opening and locking it: then what we hold has no name.
            if (File.GetLastWriteTimeUtc(name) == File.GetLastWriteTimeUtc(stream.SafeFileHandle))
                return new OutputLock(stream, place, wasLeft);
            stream.Dispose();
        }
    }
}
