using NGram.Data.Randomness;
using NGram.ML.Sweeps.Tables;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Analysis;

/// <summary>Accuracy, or another result, against one axis with the others fixed: one line of a figure.</summary>
/// <param name="Sweep">The sweep without parts.</param>
/// <param name="Series">The other axes' values, in words; empty if there are none.</param>
/// <param name="Others">The same as numbers, by their names.</param>
/// <param name="X">The axis, or the result that stands for one.</param>
/// <param name="Points">Its points with trials, by x.</param>
internal sealed record SweepCurve(
    Sweep Sweep,
    string Series,
    IReadOnlyDictionary<string, double> Others,
    string X,
    IReadOnlyList<(double X, PointResult Result)> Points)
{
    /// <summary>What is fitted.</summary>
    public TrialMetric Y { get; } = TrialMetric.Find(Sweep.Fit?.Y ?? "") ?? TrialMetric.Accuracy;

    /// <summary>The curves of a sweep without parts; none if no axis is numeric.</summary>
    public static IReadOnlyList<SweepCurve> Of(Sweep sweep, IReadOnlyList<PointResult> points)
    {
        var own = points.Where(point => ReferenceEquals(point.Point.Sweep, sweep) && point.Accuracy.Mean is not null).ToList();
        double? At(PointResult point, string name) => SettingsText.Number(point.Point.Get(name));
        bool IsNumeric(string name) => own.All(point => At(point, name) is not null);
        var axes = sweep.Axes.Select(axis => axis.Setting).Where(name => !Is(name, sweep.Best?.Axis)).ToList();
        var result = TrialMetric.Find(sweep.Fit?.X ?? "");
        string? axis = result is null && sweep.Fit is { } fit ? fit.X : axes.LastOrDefault(IsNumeric);
        if (axis is null)
            return [];
        double X(PointResult point) => (result is null ? At(point, axis) : point.Of(result).Mean) ?? double.NaN;
        var others = axes.Where(name => !Is(name, axis)).ToList();
        string SeriesOf(PointResult point) => point.Point.Named(others);
        return
        [
            .. own.GroupBy(SeriesOf).Select(series => new SweepCurve(
                sweep,
                series.Key,
                others.Where(name => At(series.First(), name) is not null)
                    .ToDictionary(name => name, name => At(series.First(), name)!.Value, StringComparer.OrdinalIgnoreCase),
                result?.Name ?? axis,
                [.. series.Select(point => (X(point), point)).OrderBy(point => point.Item1)])),
        ];
    }

    private static bool Is(string name, string? other) => name.Equals(other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The points of the paper's fit: up to and including the first whose accuracy is above the sweep's limit.</summary>
    public SweepCurve Fitted()
    {
        if (Sweep.Fit?.Until is not { } limit)
            return this;
        int below = Points.TakeWhile(point => !(point.Result.Accuracy.Mean > limit)).Count();
        return this with { Points = [.. Points.Take(below + 1)] };
    }

    /// <summary>The part of it between two values of x, inclusive.</summary>
    public SweepCurve Between(double from, double to) =>
        this with { Points = [.. Points.Where(point => point.X >= from && point.X <= to)] };

    /// <summary>Mean results.</summary>
    public IReadOnlyList<(double X, double Y)> Means() =>
        [.. Points.Select(point => (point.X, point.Result.Of(Y).Mean ?? double.NaN))];

    /// <summary>Mean results of repetitions drawn with replacement, separately for each point.</summary>
    public IReadOnlyList<(double X, double Y)> Resampled(ref CounterRandom random)
    {
        var means = new (double, double)[Points.Count];
        for (int i = 0; i < means.Length; i++)
        {
            var done = Points[i].Result.Done;
            double sum = 0;
            for (int draw = 0; draw < done.Count; draw++)
                sum += Y.Of(done[random.Next(done.Count)]) ?? 0;
            means[i] = (Points[i].X, sum / done.Count);
        }
        return means;
    }
}
