using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace NGram.ML.Native;

/// <summary>
/// Turns off what ONNX Runtime collects: left alone, its first session writes a device id and a queue of events to the user's
/// folders and sends them. It reads an environment variable once, in native code, which .NET's own variables do not reach
/// on Unix.
/// </summary>
internal static partial class OnnxRuntimeTelemetry
{
    /// <summary>The variable that ONNX Runtime reads; one that the user has set stays as it is.</summary>
    public const string Variable = "ORT_DISABLE_TELEMETRY";

    /// <summary>Before anything of this library can make a session, in a command or in an application.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Later is too late: an application may load a saved model itself.")]
    internal static void TurnOff()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            return;
        // The managed variable too, for the processes that this one starts.
        Environment.SetEnvironmentVariable(Variable, "1");
        if (!OperatingSystem.IsWindows())
            _ = SetNativeVariable(Variable, "1", 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetNativeVariable(string name, string value, int overwrite);
}
