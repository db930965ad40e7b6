namespace NGram.Data.IO;

/// <summary>Folders that were created for an output; they are removed again if nothing is written.</summary>
internal sealed class MadeFolders
{
    private readonly List<string> made = [];

    /// <summary>Makes a folder and those above it, where they are not there.</summary>
    public void Make(string folder)
    {
        if (Directory.Exists(folder))
            return;
        if (Path.GetDirectoryName(folder) is { } outer)
            Make(outer);
        Directory.CreateDirectory(folder);
        made.Remove(folder);
        made.Add(folder);
    }

    /// <summary>Brings their names to the disk.</summary>
    public void Sync()
    {
        foreach (string folder in made)
            DiskSync.Folder(Path.GetDirectoryName(folder)!);
    }

    /// <summary>Removes those that are empty.</summary>
    public void RemoveEmpty()
    {
        foreach (string folder in Enumerable.Reverse(made))
            RemoveEmpty(folder);
    }

    /// <summary>Removes a folder if it is there and empty.</summary>
    public static void RemoveEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }
}
