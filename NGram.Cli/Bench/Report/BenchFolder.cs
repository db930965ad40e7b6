using System.Globalization;
using System.Text;
using NGram.Cli.Bench.Measure;
using NGram.Data.IO;

namespace NGram.Cli.Bench.Report;

/// <summary>A bench on disk: every number in a table to read by programs, and a page to read by people.</summary>
internal static class BenchFolder
{
    /// <summary>Names of the files.</summary>
    public const string Table = "bench.csv", Page = "bench.md";

    private const double BusyLoad = 1;

    private const string Method = """
        All numbers are from one run of one process. Every step and row is computed on one thread; libtorch had one too. The
        variants of a model, and the sizes of an axis of growth, took turns of some hundredths of a second, after a warm-up until
        the just-in-time compiler was quiet. A step is the gradient of a batch and Adam; there are 200 different batches.

        - per-head modules: a MultiheadAttention module for every head, at every position, as the original (the sequence encoder
          has no heads; it is computed at every position).
        - TorchSharp: all heads at once in TorchSharp's operations; fused: the kernels of `--engine fused`, on vectors of the
          width that `--lanes auto` chooses; 4, 8, 16 lanes: the same kernels on each width that the processor has.
        - MFLOP and MB: the least work of a step when equal prefixes are computed once and every value is written and read once
          in each direction; exp, GELU, softmax and Adam's arithmetic are not counted. % of peak: that work over the step's time
          over the peak measured on vectors of that width.
        - predictions: through ML.NET on the same rows, one at a time by a PredictionEngine and by a view whose Score is read; the
          stock chain is our model saved and loaded. N = 5,000: the predictors alone, d 64, H 16, d_head 16, prompts of 15 tokens.
        - growth: by the fastest steps, which other work on the machine disturbs least; exponents by least squares on logarithms.
        - the whole job: sampling (on all cores), 20 epochs, the baseline and the bounds, in this process.
        """;

    /// <summary>Writes both files into a folder.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static void Write(string directory, BenchResults results)
    {
        using (var table = File.Create(Path.Combine(directory, Table)))
            WriteCsv(table, results);
        File.WriteAllText(Path.Combine(directory, Page), Markdown(results));
    }

    private static void WriteCsv(Stream stream, BenchResults results)
    {
        var csv = new CsvBuffer(stream);
        csv.Append("Case,Variant,Value,Unit\n"u8);
        foreach (var (name, variant, value, unit) in results.Measurements)
        {
            csv.Cell(Quoted(name));
            csv.Cell(Quoted(variant));
            csv.Cell(Encoding.UTF8.GetBytes(value.ToString("G6", CultureInfo.InvariantCulture)));
            csv.Cell(Quoted(unit));
            csv.EndRow();
        }
        csv.Flush();
    }

    private static byte[] Quoted(string text) =>
        Encoding.UTF8.GetBytes(text.Contains(',', StringComparison.Ordinal) ? $"\"{text}\"" : text);

    private static string Markdown(BenchResults results)
    {
        var machine = results.Machine;
        double? peak = results.Find(BenchRun.MachineCase, BenchRun.Peak, Measurement.FlopsPerSecond) / 1e9;
        var text = new StringBuilder("# Speed\n\n");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{machine.Date}; {machine.Processor}, {machine.Cores} cores, vectors of {machine.VectorBits} bits, ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"peak {peak:0} GFLOP/s a core (float32, fused multiply-add); ");
        text.Append(
            CultureInfo.InvariantCulture,
            $"{machine.OperatingSystem}; {machine.Runtime}, libtorch {machine.Torch}.\n\n");
        if (results.Quick)
            text.Append("A quick run: short measurements, less sure than a full one's.\n\n");
        if (machine.Load >= BusyLoad)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"Other work was running (load {machine.Load:0.0} before the start): ");
            text.Append("that slows long steps more than short ones, and so flatters the ratios.\n\n");
        }

        if (results.LeftOut.Count > 0)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $"Left out, as the run was stopped or out of time: {string.Join(", ", results.LeftOut)}.\n\n");
        }

        text.Append(Method.ReplaceLineEndings("\n")).Append('\n');
        foreach (var table in BenchTables.Of(results))
            text.Append('\n').Append(table.ToMarkdown());
        return text.ToString();
    }
}
