using System.Globalization;
using Spectre.Console;

namespace NGram.Cli.Doctor;

/// <summary>A diagnosis for a person.</summary>
internal static class DiagnosisTable
{
    private const string Unknown = "-";

    /// <summary>Writes the facts.</summary>
    public static void WriteFacts(IAnsiConsole console, Diagnosis diagnosis)
    {
        var (machine, libraries, vectors) = (diagnosis.Machine, diagnosis.Libraries, diagnosis.Vectors);
        var table = NewTable();
        void Row(string name, FormattableString value) =>
            table.AddRow(new Text(name), new Text(FormattableString.Invariant(value)));
        Row("runtime", $"{machine.Runtime}, garbage collector {machine.GarbageCollector}");
        Row("system", $"{machine.OperatingSystem} ({machine.RuntimeIdentifier})");
        Row("processor", $"{machine.Processor}, {machine.Cores} cores");
        string extensions = machine.InstructionSets.Count > 0 ? string.Join(", ", machine.InstructionSets) : "no extensions";
        Row("vectors", $"{machine.VectorWidth} floats ({extensions})");
        string peaks = string.Join(", ", vectors.Widths.Select(width => FormattableString.Invariant(
            $"{width.Lanes}: {width.Peak / 1e9:0}{(width.InHardware ? "" : " (emulated)")}")));
        Row("lanes", $"{vectors.Lanes} for the notebook's model; GFLOP/s of a core by lanes {peaks}");
        Row("together", $"{vectors.PeakTogether / 1e9:0} GFLOP/s of {machine.Cores} threads at once");
        Row("memory", $"{machine.MemoryBytes / (double)(1 << 30):0.0} GB");
        string threads = libraries.TorchSharpThreads?.ToString(CultureInfo.InvariantCulture) ?? Unknown;
        Row(
            "threads",
            $"torchsharp {threads}, fused {libraries.FusedThreads} for the notebook's model, up to {libraries.MostFusedThreads}");
        Row("NGram", $"{libraries.Version}");
        Row("ML.NET", $"{libraries.MLNet}");
        Row("TorchSharp", $"{libraries.TorchSharp}, libtorch {libraries.Libtorch ?? Unknown}");
        Row("ONNX Runtime", $"{libraries.OnnxRuntime ?? Unknown}");
        console.Write(table);
        console.WriteLine();
    }

    /// <summary>Writes a line for every check, with the remedy where it failed.</summary>
    public static void WriteChecks(IAnsiConsole console, IEnumerable<SelfCheckResult> checks)
    {
        var table = NewTable();
        table.AddColumn(new TableColumn("detail"));
        foreach (var check in checks)
        {
            var mark = check.Passed ? new Text("ok", new Style(Color.Green))
                : check.IsNeeded ? new Text("fails", new Style(Color.Red))
                : new Text("none", new Style(Color.Yellow));
            table.AddRow(mark, new Text(check.Name), new Text(check.Passed ? check.Detail : $"{check.Detail} {check.Remedy}"));
        }
        console.Write(table);
    }

    private static Table NewTable()
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("name") { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        table.AddColumn(new TableColumn("value") { Padding = new Padding(0, 0, 2, 0) });
        return table;
    }
}
