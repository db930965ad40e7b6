using System.Runtime.InteropServices;
using Spectre.Console;

namespace NGram.Cli.Terminal;

/// <summary>
/// Ctrl-C and SIGTERM while a command runs: the first cancels <see cref="Token"/>, the second ends the process.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;
    private readonly IAnsiConsole console;

    /// <param name="console">Tells the person what happens now.</param>
    public Interruption(IAnsiConsole console)
    {
        this.console = console;
        registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, Handle),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, Handle),
        ];
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
        if (source.IsCancellationRequested)
        {
            // The live display hides it.
            console.Cursor.Show();
            return;
        }
        context.Cancel = true;
        source.Cancel();
        console.WriteLine("Stopping; what is done is kept. Ctrl-C again ends at once.");
    }
}
