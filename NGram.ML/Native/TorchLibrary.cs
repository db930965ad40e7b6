using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;

namespace NGram.ML.Native;

/// <summary>Loads libtorch; nothing may touch <see cref="torch"/> before.</summary>
/// <remarks>
/// TorchSharp's library for Linux asks for GLIBCXX_3.4.32, the C++ runtime of GCC 13, for the sake of one symbol that it does
/// not use. Debian 12 and Ubuntu 22.04 have an older one. There, a copy in memory in which that version is weak is loaded
/// instead: no file is written, so that it needs no home and no temporary folder.
/// </remarks>
internal static class TorchLibrary
{
    internal const string NewestRuntimeVersion = "GLIBCXX_3.4.32";
    private const string LinuxName = "libLibTorchSharp.so";

    /// <summary>Where there is a libtorch for TorchSharp.</summary>
    public static IReadOnlyList<string> Platforms { get; } = ["linux-x64", "win-x64", "osx-arm64"];

    /// <summary>Whether there is one for this platform.</summary>
    public static bool IsPackaged => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => OperatingSystem.IsWindows()
            || OperatingSystem.IsLinux() && !RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal),
        Architecture.Arm64 => OperatingSystem.IsMacOS(),
        _ => false,
    };

    private static readonly Lazy<TorchLibraryStatus> Status = new(LoadOnce);

    /// <summary>
    /// Loads libtorch the first time, and sets it to one thread, until a training's options or the application ask for more;
    /// later calls only say how it was loaded. Thread-safe.
    /// </summary>
    /// <exception cref="TorchLibraryException">It cannot be loaded; says what is missing.</exception>
    public static TorchLibraryStatus Load() => Status.Value;

    private static TorchLibraryStatus LoadOnce()
    {
        var status = OperatingSystem.IsLinux() ? LoadOnLinux() : new TorchLibraryStatus("LibTorchSharp", Patched: false);
        try
        {
            torch.InitializeDeviceType(DeviceType.CPU);
            // One for each core spins at every small product: slower where others run, and little faster where none do.
            torch.set_num_threads(1);
        }
        catch (Exception exception)
            when (exception is NotSupportedException or DllNotFoundException or TypeInitializationException)
        {
            throw new TorchLibraryException(
                $"libtorch does not load on {RuntimeInformation.RuntimeIdentifier}; "
                + "reference the package TorchSharp-cpu in the application.",
                exception);
        }
        return status;
    }

    private static TorchLibraryStatus LoadOnLinux()
    {
        string folder =
            NativeFolders().FirstOrDefault(f => File.Exists(Path.Combine(f, LinuxName)))
            ?? throw new TorchLibraryException(
                $"{LinuxName} is not beside the application in {AppContext.BaseDirectory}; "
                + "reference the package TorchSharp-cpu in the application.");
        string library = Path.Combine(folder, LinuxName);
        try
        {
            NativeLibrary.Load(library);
            return new TorchLibraryStatus(library, Patched: false);
        }
        catch (DllNotFoundException exception) when (exception.Message.Contains(NewestRuntimeVersion, StringComparison.Ordinal))
        {
            return LoadPatched(folder, library);
        }
        catch (DllNotFoundException exception)
        {
            throw new TorchLibraryException($"{library} does not load: {LastLine(exception.Message)}", exception);
        }
    }

    private static TorchLibraryStatus LoadPatched(string folder, string library)
    {
        try
        {
            using var patched = PatchedCopy(library);
            // The copy lies in no folder, so what it needs has to be there before it.
            foreach (string pattern in (ReadOnlySpan<string>)["libgomp-*.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so"])
            {
                foreach (string dependency in Directory.EnumerateFiles(folder, pattern))
                    NativeLibrary.Load(dependency);
            }

            NativeLibrary.Load(patched.Path);
            return new TorchLibraryStatus(library, Patched: true);
        }
        catch (Exception exception)
            when (exception is DllNotFoundException or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new TorchLibraryException(
                $"{library} asks for {NewestRuntimeVersion} (the C++ runtime of GCC 13), which this system lacks, "
                + $"and a copy without that demand does not load: {LastLine(exception.Message)}",
                exception);
        }
    }

    private static NamedMemory PatchedCopy(string library)
    {
        byte[] image = File.ReadAllBytes(library);
        return ElfSymbolVersions.MakeWeak(image, Encoding.ASCII.GetBytes(NewestRuntimeVersion)) > 0
            ? new NamedMemory(LinuxName, stream => stream.Write(image))
            : throw new InvalidDataException($"It has no entry {NewestRuntimeVersion}.");
    }

    private static IEnumerable<string> NativeFolders()
    {
        yield return AppContext.BaseDirectory;
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
        string searched = AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "";
        foreach (string folder in searched.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            yield return folder;
    }

    private static string LastLine(string message) => message.TrimEnd().Split('\n')[^1].Trim();
}
