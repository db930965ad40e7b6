using System.IO.Compression;
using System.Runtime.CompilerServices;
using NGram.Cli.Terminal;

namespace NGram.Tests.Packaging;

/// <summary>
/// The solution's packages, packed once from the binaries that are tested, in a folder that goes with the tests.
/// </summary>
internal sealed class PackageFolder : IDisposable
{
    /// <summary>A published tool would need another 500 MB; links do for packing.</summary>
    private const string Publish = "publish";

    private readonly string path = Directory.CreateTempSubdirectory("ngram-packages-").FullName;

    public PackageFolder()
    {
        // bin/CONFIGURATION/net10.0
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        try
        {
            ChildProcess.Dotnet(
                Repository(),
                "pack",
                "NGram.slnx",
                "-c",
                configuration,
                "--no-build",
                "-o",
                Packages,
                $"-p:PublishDir={this[Publish]}/");
            Directory.Delete(this[Publish], recursive: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Where the packages are.</summary>
    public string Packages => this["packages"];

    /// <summary>A path in the folder.</summary>
    public string this[string name] => Path.Combine(path, name);

    /// <summary>A new folder with nothing in it.</summary>
    public string Create(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>Opens a package of the current version.</summary>
    /// <param name="id">Its name.</param>
    /// <param name="extension">nupkg, or snupkg for the symbols.</param>
    public ZipArchive Open(string id, string extension = "nupkg") =>
        ZipFile.OpenRead(Path.Combine(Packages, $"{id}.{Version}.{extension}"));

    /// <summary>The version of the packages.</summary>
    public static string Version => ProductVersion.Text;

    public void Dispose() => Directory.Delete(path, recursive: true);

    /// <summary>The folder of the solution.</summary>
    public static string Repository([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
