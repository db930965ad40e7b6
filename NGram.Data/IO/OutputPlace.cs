namespace NGram.Data.IO;

/// <summary>
/// A file or folder that belongs to this process while it writes it. What is written stands aside until all is whole: in the
/// folder NAME.partial beside a file, or .partial in a folder. NAME.lock, or .lock in a folder, holds the place.
/// </summary>
internal sealed class OutputPlace
{
    private const string LockExtension = ".lock", PartialExtension = ".partial";

    private readonly bool isFolder;
    private readonly OutputLock held;
    private readonly MadeFolders made;
    private readonly HashSet<string> own = new(StringComparer.Ordinal);

    /// <summary>The moves of the set, the last of them last: it is done when that was made.</summary>
    private OutputMove[] noted = [];

    /// <summary>Whether what is in place stays, done or not.</summary>
    private bool isKept;

    private OutputPlace(string path, bool isFolder, OutputLock held, MadeFolders made)
    {
        (Path, this.isFolder, this.held, this.made) = (path, isFolder, held, made);
    }

    /// <summary>The file or folder, in full.</summary>
    public string Path { get; }

    /// <summary>The folder that holds, or will hold, what is written.</summary>
    public string Target => isFolder ? Path : System.IO.Path.GetDirectoryName(Path)!;

    private string Partial => isFolder ? System.IO.Path.Combine(Path, PartialExtension) : Path + PartialExtension;

    /// <summary>Takes a place where nothing is, or an empty folder; what a process that died left there goes.</summary>
    /// <exception cref="OutputTakenException">Something is there, or another process is writing it.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static OutputPlace Claim(string path, bool isFolder)
    {
        var place = Hold(path, isFolder);
        try
        {
            place.Recover();
            place.RequireFree();
            return place;
        }
        catch
        {
            place.Release();
            throw;
        }
    }

    /// <summary>Takes a folder that holds something to continue: what is in it now may be replaced.</summary>
    /// <exception cref="OutputTakenException">Another process is writing it.</exception>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    public static OutputPlace Reopen(string path)
    {
        var place = Hold(path, isFolder: true);
        try
        {
            place.isKept = true;
            place.noted = OutputMove.Read(place.held.ReadNotes());
            place.Clear();
            foreach (string entry in Directory.EnumerateFileSystemEntries(place.Path))
                place.Own(entry);
            return place;
        }
        catch
        {
            place.Release();
            throw;
        }
    }

    /// <summary>Writes the place: the action is given the file, or the folder for the files, to write.</summary>
    /// <exception cref="IOException">It cannot be written; the message names what it will be called.</exception>
    public void Write(Action<string> write) => Naming(() =>
    {
        Directory.CreateDirectory(Partial);
        write(isFolder ? Partial : System.IO.Path.Combine(Partial, System.IO.Path.GetFileName(Path)));
    });

    /// <summary>Writes a file as a stream.</summary>
    /// <inheritdoc cref="Write"/>
    public void WriteFile(Action<Stream> write) => Write(path =>
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        // Not disposed: after a fault what it holds has no place to go.
        var buffer = new BufferedStream(stream, 1 << 16);
        write(buffer);
        buffer.Flush();
    });

    /// <summary>A fault of writing with the names that the files will have; null if it is another fault.</summary>
    public IOException? Named(Exception exception)
    {
        // What stands in the folder aside will stand in its target.
        char separator = System.IO.Path.DirectorySeparatorChar;
        return exception.Message.Contains(Partial + separator, StringComparison.Ordinal)
            ? WriteFault.Renamed(exception, Partial + separator, Target + separator)
            : WriteFault.Renamed(exception, Partial, Path);
    }

    /// <summary>Brings what was written to the disk and tells where it goes.</summary>
    public IReadOnlyList<OutputMove> Prepare()
    {
        OutputMove[] moves = [];
        if (Directory.Exists(Partial))
        {
            Naming(() =>
            {
                DiskSync.All(Partial);
                moves =
                [
                    .. Directory
                        .EnumerateFileSystemEntries(Partial)
                        .Order(StringComparer.Ordinal)
                        .Select(entry => new OutputMove(
                            entry,
                            System.IO.Path.Combine(Target, System.IO.Path.GetFileName(entry)))),
                ];
            });
        }
        if (Array.Find(moves, move => System.IO.Path.Exists(move.To) && !own.Contains(move.To)) is { } other)
            throw new OutputTakenException($"{other.To} exists, and is not of this run: it has come meanwhile.", isHeld: false);
        return moves;
    }

    /// <summary>Notes the moves of the whole set, for the process after, should this one die half-way.</summary>
    public void Note(IEnumerable<OutputMove> moves, OutputMove last)
    {
        noted = [.. noted.Concat(moves).Where(move => move.To != last.To).DistinctBy(move => move.To), last];
        held.WriteNotes(OutputMove.Text(noted));
    }

    /// <summary>Makes a move; what is replaced was of this run.</summary>
    public void Make(OutputMove move)
    {
        Naming(move.Make);
        Own(move.To);
    }

    /// <summary>What is at this path belongs to this run and may be replaced.</summary>
    public void Own(string path) => own.Add(path);

    /// <summary>Brings the names to the disk, those of the folders that were made for it included.</summary>
    public void Sync()
    {
        DiskSync.Folder(Target);
        made.Sync();
    }

    /// <summary>Removes the folder aside, once all of it is in place; if not now, then when the place is released.</summary>
    public void Tidy() => Quietly(() => MadeFolders.RemoveEmpty(Partial));

    /// <summary>Removes what was written and not moved into place.</summary>
    public void Clear() => OutputMove.Remove(Partial);

    /// <summary>What is in place stays there, though it is not all.</summary>
    public void Keep() => isKept = true;

    /// <summary>
    /// Lets go of the place: what was not moved goes, and what was too where that was not all and nothing else is there.
    /// </summary>
    public void Release()
    {
        if (!isKept)
            Quietly(() => Undo(noted));
        Quietly(Clear);
        Quietly(held.Dispose);
        Quietly(made.RemoveEmpty);
    }

    private void Naming(Action act)
    {
        try
        {
            act();
        }
        catch (Exception exception) when (Named(exception) is { } named)
        {
            throw named;
        }
    }

    private static OutputPlace Hold(string path, bool isFolder)
    {
        const int MostTries = 100;
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        string folder = isFolder ? path : System.IO.Path.GetDirectoryName(path)!;
        string name = isFolder ? System.IO.Path.Combine(path, LockExtension) : path + LockExtension;
        var made = new MadeFolders();
        for (int tries = 1; ; tries++)
        {
            try
            {
                made.Make(folder);
                return new(path, isFolder, OutputLock.Take(name, path), made);
            }
            // The one before, for which nothing came, has just removed it.
            catch (DirectoryNotFoundException) when (tries < MostTries)
            {
            }
            catch
            {
                Quietly(made.RemoveEmpty);
                throw;
            }
        }
    }

    /// <summary>Undoes what a process that died had begun here; when it had made its last move, it had done its work.</summary>
    private void Recover()
    {
        if (!held.WasLeft)
        {
            if (System.IO.Path.Exists(Partial))
                throw new OutputTakenException($"{Partial} exists; it is in the way.", isHeld: false);
            return;
        }
        Undo(OutputMove.Read(held.ReadNotes()));
        Clear();
        held.WriteNotes([]);
    }

    /// <summary>
    /// Removes what was moved here of a set that is not done, unless something else is here too, such as a checkpoint.
    /// </summary>
    private void Undo(OutputMove[] moves)
    {
        if (OutputMove.AreDone(moves) || isFolder && !HoldsOnly(moves, orphaned: true))
            return;
        foreach (var move in moves.Where(move => move.WasMade && IsPlaceOf(move)))
            OutputMove.Remove(move.To);
        if (isFolder)
        {
            foreach (string folder in Directory.GetDirectories(Path))
                MadeFolders.RemoveEmpty(folder);
        }
    }

    private bool IsPlaceOf(OutputMove move) =>
        isFolder ? System.IO.Path.GetDirectoryName(move.To) == Path : move.To == Path;

    private void RequireFree()
    {
        if (isFolder ? !HoldsOnly([], held.WasLeft) : System.IO.Path.Exists(Path))
            throw new OutputTakenException($"{Path} exists{(isFolder ? " and is not empty" : "")}.", isHeld: false);
    }

    /// <summary>
    /// Whether the folder holds nothing but these, the lock and what stands aside; folders within count only where there are
    /// files in them, if a process that died may have made them.
    /// </summary>
    private bool HoldsOnly(OutputMove[] moves, bool orphaned)
    {
        bool IsOurs(string path) =>
            path == Partial
            || System.IO.Path.GetFileName(path) == LockExtension
            || Array.Exists(moves, move => move.To == path);
        bool Holds(string folder) =>
            Directory.EnumerateFileSystemEntries(folder).All(entry =>
                IsOurs(entry)
                || orphaned
                && Directory.Exists(entry)
                && (System.IO.Path.GetFileName(entry) == PartialExtension || Holds(entry)));
        return Holds(Path);
    }

    // What cannot be tidied now is by the next process that writes here.
    private static void Quietly(Action act)
    {
        try
        {
            act();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
        }
    }
}
