using System.Runtime.InteropServices;
using Spectre.Console;

namespace NGram.Cli.Terminal;

/// <summary>
/// Ctrl-C, SIGTERM and a closed terminal (SIGHUP) while a command runs: the first cancels <see cref="Token"/>, the second ends
/// the process.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly StandardStreams streams;

    /// <param name="streams">Tell the user what happens next, and remember which signal it was.</param>
    public Interruption(StandardStreams streams)
    {
        this.streams = streams;
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP])
        {
            if (!IgnoredSignals.Contains(signal))
                registrations.Add(PosixSignalRegistration.Create(signal, Handle));
        }
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        var console = streams.ErrorConsole;
        if (source.IsCancellationRequested)
        {
            // The live display hides it.
            console.Cursor.Show();
            return;
        }
        context.Cancel = true;
        streams.StopCode = ExitCode.Of(context.Signal);
        source.Cancel();
        console.WriteLine("Stopping; what is done is kept. Ctrl-C again ends at once.");
    }
}
