namespace NGram.Data.IO;

/// <summary>
/// Files and folders that appear together, or not at all. Each is written beside its place, as NAME.partial, and moved there
/// when all are whole. While that goes on the places belong to this process. One that is killed leaves nothing in place but, if
/// it was moving several, some of them; the next to write there knows these by the note in the lock, and removes them.
/// </summary>
internal sealed class OutputSet : IDisposable
{
    private const string PartialExtension = ".partial";

    private readonly string[] places;
    private readonly List<OutputLock> locks = [];
    private readonly List<string> parents = [];

    /// <summary>Takes the places: from now on another process that wants one of them is refused.</summary>
    /// <param name="places">New files, or new or empty folders. Folders to hold them are made, and go if nothing comes.</param>
    /// <exception cref="IOException">One is there already, another process is writing it, or nothing can be written.</exception>
    public OutputSet(params IReadOnlyList<string> places)
    {
        this.places = [.. places.Select(place => Path.TrimEndingDirectorySeparator(Path.GetFullPath(place)))];
        try
        {
            foreach (string place in this.places)
            {
                MakeParents(Path.GetDirectoryName(place)!);
                var taken = OutputLock.Take(place);
                locks.Add(taken);
                Recover(place, taken.ReadNotes());
            }
            foreach (string place in this.places)
                RequireFree(place);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where to write the place at <paramref name="index"/>; nothing is there yet.</summary>
    public string Partial(int index = 0) => places[index] + PartialExtension;

    /// <summary>Whether a folder or file can be written there: nothing is there, or an empty folder.</summary>
    public static bool IsFree(string path) =>
        !File.Exists(path) && (!Directory.Exists(path) || !Directory.EnumerateFileSystemEntries(path).Any());

    /// <summary>Removes what a process that died left at a place, if one did and nobody is writing there now.</summary>
    public static void Sweep(string place)
    {
        place = Path.TrimEndingDirectorySeparator(Path.GetFullPath(place));
        if (!Path.Exists(place + PartialExtension) && !File.Exists(place + ".lock"))
            return;
        using var taken = OutputLock.Take(place);
        Recover(place, taken.ReadNotes());
    }

    /// <summary>Brings all that was written to the disk and moves it into place.</summary>
    /// <exception cref="IOException">
    /// Something appeared at a place meanwhile: it is kept, and nothing of ours is left.
    /// </exception>
    public void Commit()
    {
        string[] written = places.Where(place => Path.Exists(place + PartialExtension)).ToArray();
        foreach (string place in written)
        {
            DiskSync.All(place + PartialExtension);
            RequireFree(place);
        }
        if (written.Length > 1)
        {
            foreach (var taken in locks)
                taken.WriteNotes(written);
        }
        foreach (string place in written)
            Move(place + PartialExtension, place);
        foreach (string folder in written.Select(place => Path.GetDirectoryName(place)!).Distinct())
            DiskSync.Folder(folder);
    }

    /// <summary>Removes what was not moved into place, and lets go of the places.</summary>
    public void Dispose()
    {
        for (int i = 0; i < locks.Count; i++)
        {
            Remove(places[i] + PartialExtension);
            locks[i].Dispose();
        }
        locks.Clear();
        foreach (string parent in Enumerable.Reverse(parents))
        {
            if (Directory.Exists(parent) && !Directory.EnumerateFileSystemEntries(parent).Any())
                Directory.Delete(parent);
        }
        parents.Clear();
    }

    private void MakeParents(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (Path.GetDirectoryName(folder) is { } outer)
            MakeParents(outer);
        Directory.CreateDirectory(folder);
        parents.Add(folder);
    }

    /// <summary>
    /// Undoes what a process that died had begun: its own NAME.partial, and, where it was moving several, those it had moved.
    /// When all of them are in place it had done its work.
    /// </summary>
    private static void Recover(string place, string[] moving)
    {
        bool wasMoved = moving.Contains(place) && !Path.Exists(place + PartialExtension);
        if (wasMoved && Array.Exists(moving, other => Path.Exists(other + PartialExtension)))
            Remove(place);
        Remove(place + PartialExtension);
    }

    private static void RequireFree(string place)
    {
        if (!IsFree(place))
            throw new IOException($"{place} exists{(Directory.Exists(place) ? " and is not empty" : "")}.");
    }

    private static void Move(string from, string to)
    {
        if (File.Exists(from))
        {
            File.Move(from, to, overwrite: false);
            return;
        }
        if (Directory.Exists(to))
            Directory.Delete(to);
        Directory.Move(from, to);
    }

    private static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }
}
