using System.Runtime.InteropServices;

namespace NGram.Cli.Terminal;

/// <summary>A limit of the process on the sizes of files (ulimit -f).</summary>
internal static class FileSizeLimit
{
    private const PosixSignal Exceeded = (PosixSignal)25; // SIGXFSZ

    // For the process's life: a signal that is still on its way would end a process that has given it up.
    private static PosixSignalRegistration? registration;

    /// <summary>
    /// Makes what is above it a fault of writing, which names the file and cleans up, and not the process's sudden end.
    /// </summary>
    public static void MakeFault()
    {
        if (!OperatingSystem.IsWindows())
            registration ??= PosixSignalRegistration.Create(Exceeded, context => context.Cancel = true);
    }
}
