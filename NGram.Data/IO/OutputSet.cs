namespace NGram.Data.IO;

/// <summary>
/// Files and folders that appear together, or not at all. From the start the places belong to this process; what is written
/// stands aside and is moved into place when all of it is whole and on the disk, the file that says so last. A process that is
/// killed leaves nothing else in place but, if it was moving several, some whole files; the next to write there knows these by
/// the notes in the lock, and removes them.
/// </summary>
internal sealed class OutputSet : IDisposable
{
    private readonly List<OutputPlace> places = [];

    /// <summary>Takes a new file.</summary>
    /// <inheritdoc cref="OutputPlace.Claim"/>
    public OutputPlace AddFile(string path) => Add(OutputPlace.Claim(path, isFolder: false));

    /// <summary>Takes a new or empty folder; it is created, and removed again if nothing is written.</summary>
    /// <inheritdoc cref="OutputPlace.Claim"/>
    public OutputPlace AddFolder(string path) => Add(OutputPlace.Claim(path, isFolder: true));

    /// <inheritdoc cref="OutputPlace.Reopen"/>
    public OutputPlace Reopen(string path) => Add(OutputPlace.Reopen(path));

    /// <summary>Brings all that was written to the disk and moves it into place.</summary>
    /// <param name="last">
    /// The file that says that all is done, which is moved last; it may come with a later call. Null: the last that there is.
    /// </param>
    /// <exception cref="OutputTakenException">
    /// Something has come to a place meanwhile: it is kept, and nothing has changed.
    /// </exception>
    /// <exception cref="IOException">It cannot be written; nothing new is left.</exception>
    public void Commit(string? last = null)
    {
        last = last is null ? null : Path.GetFullPath(last);
        var moves = places
            .SelectMany(place => place.Prepare().Select(move => (Place: place, Move: move)))
            .OrderBy(item => item.Move.To == last)
            .ToList();
        if (moves.Count == 0)
            return;
        if (moves.Count > 1 || moves[^1].Move.To != (last ?? moves[^1].Move.To))
            Note([.. moves.Select(item => item.Move)], last);
        var made = new List<string>();
        try
        {
            foreach (var (place, move) in moves)
            {
                if (move == moves[^1].Move)
                    Sync();
                bool isNew = !Path.Exists(move.To);
                place.Make(move);
                if (isNew)
                    made.Add(move.To);
            }
            Sync();
        }
        catch
        {
            made.ForEach(OutputMove.Remove);
            throw;
        }
        places.ForEach(place => place.Tidy());
    }

    /// <summary>Removes what was not moved into place, and lets go of the places.</summary>
    public void Dispose()
    {
        foreach (var place in Enumerable.Reverse(places))
            place.Release();
        places.Clear();
    }

    private OutputPlace Add(OutputPlace place)
    {
        places.Add(place);
        return place;
    }

    private void Note(OutputMove[] moves, string? last)
    {
        var end = Array.Find(moves, move => move.To == last) ?? (last is null ? moves[^1] : new(last + ".partial", last));
        foreach (var place in places)
            place.Note(moves, end);
    }

    private void Sync()
    {
        foreach (var place in places)
            place.Sync();
    }
}
