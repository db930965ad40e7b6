using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using NGram.ML.Native;
using TorchSharp;

namespace NGram.Cli.Terminal;

/// <summary>Where and when a bench ran.</summary>
/// <param name="Processor">Its maker's name of it.</param>
/// <param name="Cores">Logical cores that the process may use.</param>
/// <param name="VectorBits">Width of <see cref="Vector{T}"/>.</param>
/// <param name="OperatingSystem">Name and version.</param>
/// <param name="Runtime">Version of .NET.</param>
/// <param name="Torch">Version of libtorch.</param>
/// <param name="Load">
/// Processes that ran or waited to run in the minute before the start; null where the system does not say.
/// </param>
/// <param name="Date">Start, UTC.</param>
internal sealed record BenchMachine(
    string Processor,
    int Cores,
    int VectorBits,
    string OperatingSystem,
    string Runtime,
    string Torch,
    double? Load,
    string Date)
{
    private const string LoadFile = "/proc/loadavg";

    /// <summary>This machine, now.</summary>
    public static BenchMachine Current()
    {
        TorchLibrary.Load();
        return new(
            Doctor.Machine.ProcessorName(),
            Environment.ProcessorCount,
            Vector<byte>.Count * 8,
            RuntimeInformation.OSDescription,
            RuntimeInformation.FrameworkDescription,
            torch.__version__,
            LoadAverage(),
            DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture));
    }

    private static double? LoadAverage() =>
        File.Exists(LoadFile)
        && double.TryParse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture, out double load)
            ? load
            : null;
}
