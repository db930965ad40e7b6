using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.OnnxRuntime;
using NGram.Cli.Terminal;
using NGram.ML.Fused;
using NGram.ML.Native;
using TorchSharp;

namespace NGram.Cli.Doctor;

/// <summary>The libraries that do the work; null if one cannot be loaded.</summary>
/// <param name="Version">Version of this program.</param>
/// <param name="MLNet">Version of ML.NET.</param>
/// <param name="TorchSharp">Version of TorchSharp.</param>
/// <param name="Libtorch">Version of libtorch.</param>
/// <param name="LibtorchPath">The native library that was loaded.</param>
/// <param name="LibtorchPatched">Whether that is a copy that accepts an older C++ runtime than it asks for.</param>
/// <param name="OnnxRuntime">Version of ONNX Runtime.</param>
/// <param name="TorchSharpThreads">Threads of libtorch's operations.</param>
/// <param name="FusedThreads">Threads that <c>--threads auto</c> takes for the notebook's model.</param>
/// <param name="MostFusedThreads">Threads that it takes for the largest models.</param>
internal sealed record Libraries(
    string Version,
    string MLNet,
    string TorchSharp,
    string? Libtorch,
    string? LibtorchPath,
    bool? LibtorchPatched,
    string? OnnxRuntime,
    int? TorchSharpThreads,
    int FusedThreads,
    int MostFusedThreads)
{
    /// <summary>Those of this process; loads them.</summary>
    public static Libraries Describe()
    {
        var status = Loaded(TorchLibrary.Load);
        return new(
            ProductVersion.Text,
            VersionOf(typeof(MLContext)),
            VersionOf(typeof(torch)),
            status is null ? null : System.Version.Parse(torch.__version__).ToString(3),
            status?.Path,
            status?.Patched,
            Loaded(() => OrtEnv.Instance().GetVersionString()),
            status is null ? null : torch.get_num_threads(),
            ThreadChoice.Most(VectorUnits.Notebook, VectorUnits.BatchSize, Environment.ProcessorCount),
            Environment.ProcessorCount);
    }

    /// <summary>Null where it cannot be loaded: the checks say why.</summary>
    private static T? Loaded<T>(Func<T> load) where T : class
    {
        try
        {
            return load();
        }
        catch (Exception exception)
            when (exception
                    is TorchLibraryException
                        or DllNotFoundException
                        or EntryPointNotFoundException
                        or TypeInitializationException)
        {
            return null;
        }
    }

    private static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+', '-')[0]
        ?? type.Assembly.GetName().Version!.ToString(3);
}
