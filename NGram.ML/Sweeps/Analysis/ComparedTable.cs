namespace NGram.ML.Sweeps.Analysis;

/// <summary>A published table compared with a sweep's.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Points">Its points.</param>
public sealed record ComparedTable(string Name, IReadOnlyList<ComparedPoint> Points)
{
    /// <summary>Root mean square of the differences; null if there are none.</summary>
    public double? Rms => RootMeanSquare(Points.Select(point => point.Difference));

    /// <summary>
    /// Root mean square of the differences' standard errors: what two sweeps of the same law differ by, because each has few
    /// repetitions. Another law can add to it. Null if no point has a standard error.
    /// </summary>
    public double? RmsByChance => RootMeanSquare(Points.Select(point => point.StandardError));

    /// <summary>Whether every point is present and met, and the root mean square is at most 0.015.</summary>
    public bool IsMet => Rms is { } rms && PublishedComparison.IsSmallTogether(rms) && Points.All(point => point.IsMet);

    /// <summary>The result in words.</summary>
    public string Verdict
    {
        get
        {
            int missing = Points.Count(point => point.Accuracy is null);
            if (Rms is not { } rms)
                return $"{Name}: no point has a trial that is done";
            var far = Points.Where(point => point.Difference is not null).MaxBy(point => Math.Abs(point.Difference!.Value))!;
            string errors = far.StandardErrors is { } units
                ? FormattableString.Invariant($", {units:+0.0;-0.0} standard errors")
                : "";
            string chance = RmsByChance is { } expected
                ? FormattableString.Invariant($" ({expected:0.0000} by repetitions alone)")
                : "";
            string count = $"{Points.Count - missing} of {Points.Count} points";
            return FormattableString.Invariant($"{Name}: {(IsMet ? "met" : "missed")}, {count}, rms {rms:0.0000}{chance}, ")
                + FormattableString.Invariant($"farthest {far.Difference:+0.0000;-0.0000}{errors}");
        }
    }

    /// <summary>Of those that are there.</summary>
    private static double? RootMeanSquare(IEnumerable<double?> values) =>
        values.Average(value => value * value) is { } mean ? Math.Sqrt(mean) : null;
}
