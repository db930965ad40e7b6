namespace NGram.Tests.Fuzzing;

/// <summary>Reads thousands of mutated files: each gives a result, or the one line that the command line prints.</summary>
internal static class Fuzz
{
    /// <summary>Files for each target.</summary>
    public const int Rounds = 2000;

    // The files have some kilobytes: a reader that believed what one claims would take far more.
    private const long MostBytes = 1 << 26;

    /// <summary>Runs all rounds, over the file that is mutated.</summary>
    /// <param name="path">The file, which is written in each round.</param>
    /// <param name="mutate">Gives the bytes of a round from the whole ones.</param>
    /// <param name="read">Reads it.</param>
    /// <param name="named">What the line must name; null: the path.</param>
    /// <returns>How many rounds gave a result, and how many a line.</returns>
    public static (int Results, int Faults) Run(string path, Func<byte[], byte[]> mutate, Action read, string? named = null)
    {
        byte[] whole = File.ReadAllBytes(path);
        var (results, faults) = (0, 0);
        for (int round = 0; round < Rounds; round++)
        {
            File.WriteAllBytes(path, mutate(whole));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read();
                results++;
            }
            catch (Exception exception) when (exception is not UnitTestAssertException)
            {
                Assert.Contains(
                    named ?? path,
                    Refusal.OneLine(exception, $"round {round}: {exception}"),
                    $"round {round}: {exception}");
                faults++;
            }
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.IsLessThan(MostBytes, taken, $"round {round} took {taken} bytes");
        }
        File.WriteAllBytes(path, whole);
        return (results, faults);
    }
}
