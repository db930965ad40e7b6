using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.ML.Data;
using NGram.Data.Sequences;
using NGram.Data.Views;

namespace NGram.Cli.Bench.Measure;

/// <summary>Rows a second that are drawn on one thread: the median over repeated passes.</summary>
internal static class SamplerRate
{
    /// <summary>Rows of a pass: a sample of the paper's largest experiments.</summary>
    private const int Rows = 32 * SequenceSampler.BlockRows;

    private const int FewestPasses = 5;

    /// <summary>Into a token matrix.</summary>
    public static double OfMatrix(SequenceSampler sampler, TimeSpan duration, CancellationToken cancellation)
    {
        ushort[] tokens = new ushort[Rows * sampler.ContextWindow];
        long row = 0L;
        void Fill()
        {
            sampler.Fill(row, tokens);
            row += Rows;
        }
        return Median(Fill, duration, cancellation);
    }

    /// <summary>Through the cursor of an IDataView, both columns read.</summary>
    public static double OfView(SequenceSampler sampler, TimeSpan duration, CancellationToken cancellation)
    {
        var view = new SequenceDataView(sampler, Rows);
        return Median(() => Read(view), duration, cancellation);
    }

    private static double Median(Action pass, TimeSpan duration, CancellationToken cancellation)
    {
        // A third of the time is for the just-in-time compiler.
        Repeat(pass, duration / 3, cancellation);
        var seconds = Repeat(pass, duration * 2 / 3, cancellation);
        seconds.Sort();
        return Rows / seconds[seconds.Count / 2];
    }

    private static List<double> Repeat(Action pass, TimeSpan duration, CancellationToken cancellation)
    {
        var seconds = new List<double>();
        long start = Stopwatch.GetTimestamp();
        while (seconds.Count < FewestPasses || Stopwatch.GetElapsedTime(start) < duration)
        {
            cancellation.ThrowIfCancellationRequested();
            long before = Stopwatch.GetTimestamp();
            pass();
            seconds.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
        }
        return seconds;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Read(SequenceDataView view)
    {
        var (context, label) = (view.Schema[SequenceColumns.Context], view.Schema[SequenceColumns.Label]);
        using var cursor = view.GetRowCursor([context, label]);
        var getContext = cursor.GetGetter<VBuffer<uint>>(context);
        var getLabel = cursor.GetGetter<uint>(label);
        VBuffer<uint> tokens = default;
        uint token = 0;
        ulong sum = 0UL;
        while (cursor.MoveNext())
        {
            getContext(ref tokens);
            getLabel(ref token);
            sum += tokens.GetValues()[0] + token;
        }
        return sum;
    }
}
