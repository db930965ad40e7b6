namespace NGram.Data.IO;

/// <summary>
/// A name on disk that one process at a time writes: the file NAME.lock, held open. A process that dies lets go of it, so that
/// what it left can be told from what another process is writing.
/// </summary>
internal sealed class OutputLock : IDisposable
{
    private const string Extension = ".lock";

    private readonly FileStream stream;

    private OutputLock(FileStream stream)
    {
        this.stream = stream;
    }

    /// <summary>Takes the name, or says that another process has it.</summary>
    /// <param name="path">The file or folder to write.</param>
    /// <exception cref="IOException">Another process is writing it, or the folder cannot be written.</exception>
    public static OutputLock Take(string path)
    {
        string name = path + Extension;
        while (true)
        {
            FileStream stream;
            try
            {
                stream = new FileStream(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (File.Exists(name))
            {
                throw new IOException($"{path}: another process is writing it.", exception);
            }
            // The one before may have removed the file between our opening and locking it: then what we hold has no name.
            if (File.Exists(name))
                return new OutputLock(stream);
            stream.Dispose();
        }
    }

    /// <summary>What the process before, which died, had noted; empty where it ended well.</summary>
    public string[] ReadNotes()
    {
        stream.Position = 0;
        return new StreamReader(stream).ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Notes lines for the process after, should this one die; on disk when it returns.</summary>
    public void WriteNotes(IEnumerable<string> lines)
    {
        stream.SetLength(0);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Removes the file while it is still held, and lets go.</summary>
    public void Dispose()
    {
        if (OperatingSystem.IsWindows())
            stream.Dispose();
        File.Delete(stream.Name);
        stream.Dispose();
    }
}
