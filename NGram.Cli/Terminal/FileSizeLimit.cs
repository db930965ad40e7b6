using System.Runtime.InteropServices;

namespace NGram.Cli.Terminal;

/// <summary>A limit of the process on the sizes of files (ulimit -f).</summary>
internal static class FileSizeLimit
{
    private const PosixSignal Exceeded = (PosixSignal)25; // SIGXFSZ

    // Kept for the life of the process: without it, a signal that is still on its way would end the process.
    private static PosixSignalRegistration? registration;

    /// <summary>
    /// Makes exceeding it a write error, which names the file and cleans up, rather than the sudden end of the process.
    /// </summary>
    public static void MakeFault()
    {
        if (!OperatingSystem.IsWindows())
            registration ??= PosixSignalRegistration.Create(Exceeded, context => context.Cancel = true);
    }
}
