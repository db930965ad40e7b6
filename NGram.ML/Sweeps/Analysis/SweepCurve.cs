using NGram.Data.Randomness;
using NGram.ML.Sweeps.Tables;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Analysis;

/// <summary>Accuracy against one axis, the others held: a line of a figure.</summary>
/// <param name="Sweep">The sweep without parts.</param>
/// <param name="Series">The other axes' values, in words; empty where there are none.</param>
/// <param name="Others">The same as numbers, by their names.</param>
/// <param name="X">The axis.</param>
/// <param name="Points">Its points with trials, by x.</param>
internal sealed record SweepCurve(
    Sweep Sweep,
    string Series,
    IReadOnlyDictionary<string, double> Others,
    string X,
    IReadOnlyList<(double X, PointResult Result)> Points)
{
    /// <summary>The curves of a sweep without parts; none where no axis is of numbers.</summary>
    public static IReadOnlyList<SweepCurve> Of(Sweep sweep, IReadOnlyList<PointResult> points)
    {
        var own = points.Where(point => ReferenceEquals(point.Point.Sweep, sweep) && point.Accuracy.Mean is not null).ToList();
        double? At(PointResult point, string name) => SettingsText.Number(point.Point.Get(name));
        bool IsNumeric(SweepAxis axis) => own.All(point => At(point, axis.Setting) is not null);
        string? x = sweep.Fit?.X ?? sweep.Axes.LastOrDefault(IsNumeric)?.Setting;
        if (x is null)
            return [];
        var others = sweep.Axes.Select(axis => axis.Setting)
            .Where(name => !name.Equals(x, StringComparison.OrdinalIgnoreCase))
            .ToList();
        string SeriesOf(PointResult point) =>
            string.Join(' ', others.Select(name => $"{name}={SettingsText.Shown(point.Point.Get(name))}"));
        return
        [
            .. own.GroupBy(SeriesOf).Select(series => new SweepCurve(
                sweep,
                series.Key,
                others.Where(name => At(series.First(), name) is not null)
                    .ToDictionary(name => name, name => At(series.First(), name)!.Value, StringComparer.OrdinalIgnoreCase),
                x,
                [.. series.Select(point => (At(point, x) ?? double.NaN, point)).OrderBy(point => point.Item1)])),
        ];
    }

    /// <summary>The points of the paper's fit: up to and including the first whose accuracy is above the sweep's limit.</summary>
    public SweepCurve Fitted()
    {
        if (Sweep.Fit?.Until is not { } limit)
            return this;
        int below = Points.TakeWhile(point => !(point.Result.Accuracy.Mean > limit)).Count();
        return this with { Points = [.. Points.Take(below + 1)] };
    }

    /// <summary>The part of it between two x, both included.</summary>
    public SweepCurve Between(double from, double to) =>
        this with { Points = [.. Points.Where(point => point.X >= from && point.X <= to)] };

    /// <summary>Mean accuracies.</summary>
    public IReadOnlyList<(double X, double Y)> Means() =>
        [.. Points.Select(point => (point.X, point.Result.Accuracy.Mean!.Value))];

    /// <summary>Mean accuracies of repetitions drawn with replacement, each point's from its own.</summary>
    public IReadOnlyList<(double X, double Y)> Resampled(ref CounterRandom random)
    {
        var means = new (double, double)[Points.Count];
        for (int i = 0; i < means.Length; i++)
        {
            var done = Points[i].Result.Done;
            double sum = 0;
            for (int draw = 0; draw < done.Count; draw++)
                sum += done[random.Next(done.Count)].Accuracy ?? 0;
            means[i] = (Points[i].X, sum / done.Count);
        }
        return means;
    }
}
