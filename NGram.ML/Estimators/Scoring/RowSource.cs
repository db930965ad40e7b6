using Microsoft.ML;

namespace NGram.ML.Estimators.Scoring;

/// <summary>A cursor over the input that several cursors over the output take their blocks from, one at a time.</summary>
/// <param name="cursor">The input's; disposed with the last of them.</param>
/// <param name="users">How many they are.</param>
internal sealed class RowSource(DataViewRowCursor cursor, int users)
{
    private long blocks;
    private int left = users;

    /// <summary>The input's cursor; whoever moves it holds <see cref="Key"/>.</summary>
    public DataViewRowCursor Cursor { get; } = cursor;

    /// <summary>Is held while a block is read.</summary>
    public Lock Key { get; } = new();

    /// <summary>Whether blocks of it go to several cursors, so that its own numbers of batches do not tell them apart.</summary>
    public bool IsShared { get; } = users > 1;

    /// <summary>The number of the next block.</summary>
    public long NextBlock() => blocks++;

    /// <summary>Ends the use by one of them.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref left) == 0)
            Cursor.Dispose();
    }
}
