using System.Globalization;
using System.Runtime.InteropServices;

namespace NGram.Cli.Terminal;

/// <summary>The signals that whoever started the process wants ignored, as nohup does with SIGHUP.</summary>
internal static class IgnoredSignals
{
    private const string StatusFile = "/proc/self/status", Field = "SigIgn:";

    private const int Hangup = 1, Interrupt = 2;

    /// <summary>Whether a signal is ignored; false if the system does not say.</summary>
    public static bool Contains(PosixSignal signal)
    {
        int number = signal switch
        {
            PosixSignal.SIGHUP => Hangup,
            PosixSignal.SIGINT => Interrupt,
            _ => 0,
        };
        return number > 0 && (Mask.Value >> (number - 1) & 1) == 1;
    }

    private static Lazy<ulong> Mask { get; } = new(ReadMask);

    private static ulong ReadMask()
    {
        if (!File.Exists(StatusFile))
            return 0;
        string? line = File.ReadLines(StatusFile).FirstOrDefault(line => line.StartsWith(Field, StringComparison.Ordinal));
        string digits = line?[Field.Length..] ?? "";
        return ulong.TryParse(digits, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong mask) ? mask : 0;
    }
}
