namespace NGram.ML.Native;

/// <summary>How libtorch was loaded.</summary>
/// <param name="Path">The TorchSharp library that is loaded, or copied.</param>
/// <param name="Patched">Whether a copy in memory is loaded that also accepts an older C++ runtime than it asks for.</param>
internal sealed record TorchLibraryStatus(string Path, bool Patched)
{
    /// <summary>One line for a person.</summary>
    public string Description => Patched
        ? $"{Path} (a copy in memory that accepts this system's older C++ runtime, without {TorchLibrary.NewestRuntimeVersion})"
        : Path;
}
