using System.Runtime.InteropServices;

namespace NGram.Cli.Terminal;

/// <summary>What the process returns.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong; nothing was done.</summary>
    public const int Usage = 2;

    /// <summary>Trials failed, all of them so that they would fail again: a scheduler must not retry.</summary>
    public const int Permanent = 42;

    /// <summary>Stopped by Ctrl-C; what was done is kept. Stopped by another signal: <see cref="Of"/>.</summary>
    public const int Stopped = 130;

    /// <summary>Stopped by a signal, as shells number it: 128 and the signal's number.</summary>
    public static int Of(PosixSignal signal) =>
        signal switch
        {
            PosixSignal.SIGHUP => 129,
            PosixSignal.SIGTERM => 143,
            _ => Stopped,
        };
}
