using System.Globalization;
using NGram.Cli.Bench.Cases;
using NGram.Cli.Bench.Measure;
using NGram.Cli.Bench.Reference;

namespace NGram.Cli.Bench.Report;

/// <summary>The tables of a bench; what was not measured is left out.</summary>
internal static class BenchTables
{
    private const string None = "-";

    /// <summary>All tables with a row.</summary>
    public static IReadOnlyList<BenchTable> Of(BenchResults results)
    {
        BenchTable[] all = [Steps(results), Sampler(results), Predictions(results), Growth(results), WholeJob(results)];
        return [.. all.Where(table => table.Rows.Count > 0)];
    }

    private static BenchTable Steps(BenchResults results)
    {
        var names = StepVariant.All.Select(variant => variant.Name).ToList();
        string fused = StepVariant.Fused.Name;
        var ratios = names.TakeWhile(name => name != fused).Select(name => $"{name} / {fused}").ToList();
        List<IReadOnlyList<string>> rows = [];
        foreach (
            var model in BenchCase.All.Where(model =>
                results.Find(model.Name, fused, Measurement.MillisecondsPerStep) is not null))
        {
            string Cell(string variant, string unit, double scale, string format) =>
                Number(results.Find(model.Name, variant, unit) * scale, format);
            rows.Add([
                model.Name,
                .. names.Select(name => Cell(name, Measurement.MillisecondsPerStep, 1, "0.000")),
                .. ratios.Select(ratio => Cell(ratio, Measurement.Ratio, 1, "0.0")),
                Cell(Measurement.Work, Measurement.FlopsPerStep, 1e-6, "0.0"),
                Cell(Measurement.Work, Measurement.BytesPerStep, 1e-6, "0.0"),
                Cell(fused, Measurement.Lanes, 1, "0"),
                Cell(fused, Measurement.Share, 100, "0"),
            ]);
        }
        return new(
            "Training step, ms (median)",
            ["model", .. names, .. ratios, "MFLOP", "MB", $"{fused}, lanes", $"{fused}, % of peak"],
            rows);
    }

    private static BenchTable Sampler(BenchResults results) =>
        new(
            "Sampler, one thread",
            ["rows", "million rows a second"],
            [
                .. Of(results, BenchPlan.Sampler, Measurement.RowsPerSecond)
                    .Select(m => (string[])[m.Variant, Number(m.Value * 1e-6, "0.0")]),
            ]);

    private static BenchTable Predictions(BenchResults results) =>
        new(
            "Predictions, one thread",
            ["case and variant", "thousand rows a second", "p50 us", "p99 us"],
            [
                .. from name in (string[])[PredictionRates.One, PredictionRates.Batch, PredictionRates.Large]
                   from m in Of(results, name, Measurement.RowsPerSecond)
                   select (string[])[
                       $"{name}: {m.Variant}",
                       Number(m.Value * 1e-3, "0"),
                       Number(results.Find(name, m.Variant, Measurement.MedianMicroseconds), "0.00"),
                       Number(results.Find(name, m.Variant, Measurement.Percentile99Microseconds), "0.00"),
                   ],
            ]);

    private static BenchTable Growth(BenchResults results)
    {
        List<IReadOnlyList<string>> rows = [];
        foreach (var exponent in Of(results, BenchPlan.Growth, Measurement.Exponent))
        {
            var axis = GrowthAxis.All.Single(axis => axis.Name == exponent.Variant);
            var times = axis.Sizes.Select(size =>
                Number(
                    results.Find(
                        BenchPlan.Growth,
                        FormattableString.Invariant($"{axis.Name} = {size}"),
                        Measurement.MinimumMilliseconds),
                    "0.000"));
            rows.Add([axis.Name, string.Join(", ", axis.Sizes), string.Join(", ", times), Number(exponent.Value, "0.00")]);
        }
        return new("Growth of the fused step of the notebook's model", ["size", "values", "ms (fastest)", "exponent"], rows);
    }

    private static BenchTable WholeJob(BenchResults results) => new(
        "The notebook's whole job, in process, without files",
        ["engine", "seconds"],
        [.. Of(results, BenchPlan.WholeJob, Measurement.Seconds).Select(m => (string[])[m.Variant, Number(m.Value, "0.00")])]);

    private static IEnumerable<Measurement> Of(BenchResults results, string name, string unit) =>
        results.Measurements.Where(m => m.Case == name && m.Unit == unit);

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? None;
}
