namespace NGram.Data.IO;

/// <summary>A file or folder that is whole, on its way into its place.</summary>
/// <param name="From">Where it was written.</param>
/// <param name="To">Its place.</param>
internal sealed record OutputMove(string From, string To)
{
    /// <summary>Whether it is in its place.</summary>
    public bool WasMade => Path.Exists(To) && !Path.Exists(From);

    /// <summary>Whether a set of moves was made to its end.</summary>
    public static bool AreDone(OutputMove[] moves) => moves.Length == 0 || moves[^1].WasMade;

    /// <summary>Makes the move; a file is replaced.</summary>
    public void Make()
    {
        if (File.Exists(From))
            File.Move(From, To, overwrite: true);
        else
            Directory.Move(From, To);
    }

    /// <summary>Removes a file, or a folder with all that is in it, or nothing.</summary>
    public static void Remove(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        else
            File.Delete(path);
    }

    /// <summary>Moves as notes of a lock.</summary>
    public static IEnumerable<string> Text(IEnumerable<OutputMove> moves) =>
        moves.SelectMany(move => (string[])[move.From, move.To]);

    /// <summary>Moves from the notes of a lock; none where they are not whole.</summary>
    public static OutputMove[] Read(string[] notes) =>
        notes.Length % 2 == 0 ? [.. notes.Chunk(2).Select(pair => new OutputMove(pair[0], pair[1]))] : [];
}
