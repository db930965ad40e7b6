using System.Reflection;
using Microsoft.ML.Runtime;

namespace NGram.ML.Estimators;

/// <summary>
/// Ends a fit by its own token or by <c>MLContext.CancelExecution</c>, which AutoML calls: that sets a property of the hosts that
/// the context has registered, which has to be looked at.
/// </summary>
internal sealed class FitCancellation : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource source;
    private readonly Func<bool> isCanceled;
    private readonly Timer timer;

    /// <summary>Watches from now on.</summary>
    public FitCancellation(IHostEnvironment environment, CancellationToken cancellation)
    {
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        isCanceled = IsCanceled(environment.Register(nameof(NGram)));
        timer = new Timer(_ => Look(), null, TimeSpan.Zero, Pause);
        Look();
    }

    /// <summary>Is cancelled by either.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Ends the fit as stock trainers do where the context was cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was.</exception>
    public void ThrowIfContextIsCanceled()
    {
        if (isCanceled())
            throw new OperationCanceledException("The fit was stopped: MLContext.CancelExecution was called.");
    }

    /// <summary>Stops watching.</summary>
    public void Dispose()
    {
        using (var done = new ManualResetEvent(false))
        {
            if (timer.Dispose(done))
                done.WaitOne();
        }
        source.Dispose();
    }

    private void Look()
    {
        if (isCanceled())
            source.Cancel();
    }

    // The interface that declares it is ML.NET's own; the host that has it keeps it public.
    private static Func<bool> IsCanceled(IHost host) =>
        host.GetType().GetProperty("IsCanceled", BindingFlags.Public | BindingFlags.Instance)?.GetMethod
            ?.CreateDelegate<Func<bool>>(host)
        ?? (() => false);
}
