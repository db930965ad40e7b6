using System.Runtime.InteropServices;

namespace NGram.Cli.Terminal;

/// <summary>The process's limit on the size of files (ulimit -f).</summary>
internal static class FileSizeLimit
{
    private const PosixSignal Exceeded = (PosixSignal)25; // SIGXFSZ

    // Kept for the life of the process: without it, a pending signal would end the process.
    private static PosixSignalRegistration? registration;

    /// <summary>
    /// Turns exceeding it into a write error, which names the file and cleans up, instead of the sudden end of the process.
    /// </summary>
    public static void MakeFault()
    {
        if (!OperatingSystem.IsWindows())
            registration ??= PosixSignalRegistration.Create(Exceeded, context => context.Cancel = true);
    }
}
