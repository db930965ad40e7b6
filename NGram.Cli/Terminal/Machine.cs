using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Text.Json.Serialization;
using NGram.ML.Fused.Vectors;

namespace NGram.Cli.Terminal;

/// <summary>What the program runs on, and when.</summary>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="GarbageCollector">Its mode.</param>
/// <param name="OperatingSystem">Name and version.</param>
/// <param name="RuntimeIdentifier">Such as linux-x64: decides which native libraries are used.</param>
/// <param name="Processor">The manufacturer's name for the processor, if the system tells it.</param>
/// <param name="Cores">Logical cores that this process may use.</param>
/// <param name="VectorWidth">Floats in the widest vector of the processor.</param>
/// <param name="InstructionSets">Those of the processor that matter and are not switched off.</param>
/// <param name="MemoryBytes">Memory that this process may use.</param>
/// <param name="Load">Processes that ran or waited to run during the last minute; null if the system does not say.</param>
/// <param name="Date">Now, UTC.</param>
internal sealed record Machine(
    string Runtime,
    string GarbageCollector,
    string OperatingSystem,
    string RuntimeIdentifier,
    string Processor,
    int Cores,
    int VectorWidth,
    IReadOnlyList<string> InstructionSets,
    long MemoryBytes,
    double? Load,
    string Date)
{
    private const string ProcessorInformation = "/proc/cpuinfo", LoadFile = "/proc/loadavg";

    /// <summary>Bits in the widest vector.</summary>
    public int VectorBits => VectorWidth * sizeof(float) * 8;

    /// <summary>Version of libtorch if a measurement used it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Torch { get; init; }

    /// <summary>This machine, now.</summary>
    public static Machine Describe() =>
        new(
            RuntimeInformation.FrameworkDescription,
            $"{(GCSettings.IsServerGC ? "server" : "workstation")}, {(CollectsConcurrently ? "concurrent" : "not concurrent")}",
            RuntimeInformation.OSDescription,
            RuntimeInformation.RuntimeIdentifier,
            ProcessorName(),
            Environment.ProcessorCount,
            VectorWidths.InHardware.DefaultIfEmpty(VectorWidths.All[0]).Max(),
            Supported(),
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
            LoadAverage(),
            DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));

    private static bool CollectsConcurrently =>
        !AppContext.TryGetSwitch("System.GC.Concurrent", out bool concurrent) || concurrent;

    private static string[] Supported() =>
    [
        .. Name(Avx2.IsSupported, "AVX2"),
        .. Name(Fma.IsSupported, "FMA"),
        .. Name(Avx512F.IsSupported, "AVX-512"),
        .. Name(AdvSimd.IsSupported, "AdvSimd"),
    ];

    private static string[] Name(bool isSupported, string name) => isSupported ? [name] : [];

    private static string ProcessorName()
    {
        string? name = File.Exists(ProcessorInformation)
            ? File.ReadLines(ProcessorInformation)
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return name ?? RuntimeInformation.ProcessArchitecture.ToString();
    }

    private static double? LoadAverage() =>
        File.Exists(LoadFile)
        && double.TryParse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture, out double load)
            ? load
            : null;
}
