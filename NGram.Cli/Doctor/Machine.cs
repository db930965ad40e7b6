using System.Numerics;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace NGram.Cli.Doctor;

/// <summary>What the program runs on.</summary>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="GarbageCollector">Its mode.</param>
/// <param name="OperatingSystem">Name and version.</param>
/// <param name="RuntimeIdentifier">Such as linux-x64: which native libraries are used.</param>
/// <param name="Processor">The processor's name, as far as the system tells it.</param>
/// <param name="Cores">Logical cores that this process may use.</param>
/// <param name="VectorWidth">Floats in a vector of the fused engine.</param>
/// <param name="InstructionSets">Those of the processor that matter and are not switched off.</param>
/// <param name="MemoryBytes">Memory that this process may use.</param>
internal sealed record Machine(
    string Runtime,
    string GarbageCollector,
    string OperatingSystem,
    string RuntimeIdentifier,
    string Processor,
    int Cores,
    int VectorWidth,
    IReadOnlyList<string> InstructionSets,
    long MemoryBytes)
{
    private const string ProcessorInformation = "/proc/cpuinfo";

    /// <summary>This machine.</summary>
    public static Machine Describe() =>
        new(
            RuntimeInformation.FrameworkDescription,
            $"{(GCSettings.IsServerGC ? "server" : "workstation")}, {(AppContext.TryGetSwitch("System.GC.Concurrent", out bool concurrent) && !concurrent ? "not concurrent" : "concurrent")}",
            RuntimeInformation.OSDescription,
            RuntimeInformation.RuntimeIdentifier,
            ProcessorName(),
            Environment.ProcessorCount,
            Vector<float>.Count,
            Supported(),
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    private static string[] Supported() =>
    [
        .. Name(Avx2.IsSupported, "AVX2"),
        .. Name(Fma.IsSupported, "FMA"),
        .. Name(Avx512F.IsSupported, "AVX-512"),
        .. Name(System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported, "AdvSimd"),
    ];

    private static string[] Name(bool isSupported, string name) => isSupported ? [name] : [];

    /// <summary>Its maker's name of the processor, as far as the system tells it.</summary>
    public static string ProcessorName()
    {
        string? name = File.Exists(ProcessorInformation)
            ? File.ReadLines(ProcessorInformation)
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[1]
                .Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return name ?? RuntimeInformation.ProcessArchitecture.ToString();
    }
}
