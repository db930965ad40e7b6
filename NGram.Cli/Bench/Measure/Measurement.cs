namespace NGram.Cli.Bench.Measure;

/// <summary>One measured number.</summary>
/// <param name="Case">What was run.</param>
/// <param name="Variant">How it was run, or what of it was measured.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit.</param>
internal sealed record Measurement(string Case, string Variant, double Value, string Unit)
{
    /// <summary>Median time of a training step.</summary>
    public const string MillisecondsPerStep = "ms/step";

    /// <summary>Fastest training step.</summary>
    public const string MinimumMilliseconds = "minimum ms/step";

    /// <summary>Operations of a training step, or of a second.</summary>
    public const string FlopsPerStep = "FLOP/step", FlopsPerSecond = "FLOP/s";

    /// <summary>Memory traffic of a training step.</summary>
    public const string BytesPerStep = "B/step";

    /// <summary>Floats of a vector.</summary>
    public const string Lanes = "lanes";

    /// <summary>A part of a whole, from 0 to 1.</summary>
    public const string Share = "share of peak";

    /// <summary>A variant's time over another's.</summary>
    public const string Ratio = "ratio";

    /// <summary>Rows of tokens.</summary>
    public const string RowsPerSecond = "rows/s";

    /// <summary>The middle of single times, and what one in a hundred exceeds.</summary>
    public const string MedianMicroseconds = "p50 us", Percentile99Microseconds = "p99 us";

    /// <summary>Power with which a time grows.</summary>
    public const string Exponent = "exponent";

    /// <summary>Wall time.</summary>
    public const string Seconds = "s";

    /// <summary>The variant of a case's least work.</summary>
    public const string Work = "least work";
}
