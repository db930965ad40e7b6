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

    /// <summary>Trials failed, and all of them would fail again: a scheduler must not retry.</summary>
    public const int Permanent = 42;

    /// <summary>Stopped by Ctrl-C; what was done is kept. For other signals: <see cref="Of"/>.</summary>
    public const int Stopped = 130;

    /// <summary>Stopped by a signal: 128 plus the signal's number, as in shells.</summary>
    public static int Of(PosixSignal signal) =>
        signal switch
        {
            PosixSignal.SIGHUP => 129,
            PosixSignal.SIGTERM => 143,
            _ => Stopped,
        };
}
