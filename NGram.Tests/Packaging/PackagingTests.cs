using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace NGram.Tests.Packaging;

/// <summary>What 'dotnet pack' makes, used as its users do: outside the solution, from a local folder.</summary>
[TestClass]
[TestCategory("Slow")]
[TestCategory("Packaging")]
public sealed partial class PackagingTests
{
    private static readonly Lazy<PackageFolder> Folder = new();

    [ClassCleanup]
    public static void Delete()
    {
        if (Folder.IsValueCreated)
            Folder.Value.Dispose();
    }

    [TestMethod]
    [DataRow("NGram.Data")]
    [DataRow("NGram.ML")]
    public void A_library_has_its_assembly_documentation_and_symbols_and_no_native_files(string id)
    {
        using var package = Folder.Value.Open(id);
        using var symbols = Folder.Value.Open(id, "snupkg");
        string[] files =
        [
            .. package
                .Entries.Select(entry => entry.FullName)
                .Where(name => name.StartsWith("lib/", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal),
        ];
        Assert.AreSequenceEqual([$"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"], files);
        Assert.IsNotNull(symbols.GetEntry($"lib/net10.0/{id}.pdb"));
        // An assembly, its documentation and a picture; libtorch would be a hundred times as much.
        Assert.IsLessThan(5_000_000, package.Entries.Sum(entry => entry.Length));
    }

    [TestMethod]
    [DataRow("NGram.Data")]
    [DataRow("NGram.ML")]
    public void A_library_runs_on_any_processor(string id)
    {
        using var package = Folder.Value.Open(id);
        using var stream = new MemoryStream();
        using (var entry = package.GetEntry($"lib/net10.0/{id}.dll")!.Open())
            entry.CopyTo(stream);
        stream.Position = 0;
        using var reader = new PEReader(stream);
        Assert.AreEqual(Machine.I386, reader.PEHeaders.CoffHeader.Machine);
        Assert.AreEqual(PEMagic.PE32, reader.PEHeaders.PEHeader!.Magic);
        Assert.IsFalse(reader.PEHeaders.CorHeader!.Flags.HasFlag(CorFlags.Requires32Bit));
    }

    [TestMethod]
    [DataRow("NGram.Data", "Microsoft.ML")]
    [DataRow("NGram.ML", "NGram.Data TorchSharp-cpu Microsoft.ML.OnnxTransformer Microsoft.ML.OnnxRuntime")]
    [DataRow("NGram.Cli", "")]
    public void A_package_says_what_it_is_and_needs(string id, string dependencies)
    {
        using var package = Folder.Value.Open(id);
        Assert.IsNotNull(package.GetEntry("README.md"));
        using var stream = package.GetEntry($"{id}.nuspec")!.Open();
        var description = XDocument.Load(stream).Descendants().ToLookup(element => element.Name.LocalName);
        foreach (string name in (string[])["description", "tags", "authors", "readme"])
            Assert.AreNotEqual("", description[name].Single().Value);
        Assert.AreEqual("MIT", description["license"].Single().Value);
        var needed = description["dependency"].Select(element => element.Attribute("id")!.Value).ToList();
        foreach (string dependency in dependencies.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            Assert.Contains(dependency, needed);
        Assert.IsNotNull(package.GetEntry(description["icon"].Single().Value));
        Assert.AreNotEqual("", description["projectUrl"].Single().Value);
        // Versions that only this build pins are not the user's to take.
        string[] own = ["Plotly.Blazor", "Grpc.Tools", "MSTest", "Apache.Arrow", "SkiaSharp", "SharpZipLib"];
        foreach (string private_ in own)
            Assert.DoesNotContain(private_, needed);
    }

    [TestMethod]
    public void The_tool_carries_one_libtorch()
    {
        using var package = Folder.Value.Open("NGram.Cli");
        var libraries = package
            .Entries.Where(entry => entry.Name is "libtorch_cpu.so" or "libtorch_cpu.dylib" or "torch_cpu.dll")
            .ToList();
        Assert.HasCount(1, libraries);
        // A link would be packed as a few bytes.
        Assert.IsGreaterThan(50_000_000, libraries[0].Length);
        Assert.IsEmpty(package.Entries.Where(entry =>
            entry.Name.Contains("torch_python", StringComparison.Ordinal)
            || entry.Name.EndsWith(".dbg", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void The_installed_tool_runs_in_an_empty_directory()
    {
        string tools = Folder.Value.Create("tools");
        string empty = Folder.Value.Create("empty");
        ChildProcess.Dotnet(
            empty,
            "tool",
            "install",
            "NGram.Cli",
            "--version",
            PackageFolder.Version,
            "--tool-path",
            tools,
            "--source",
            Folder.Value.Packages);
        Assert.IsEmpty(
            Directory
                .EnumerateFiles(tools, "*", SearchOption.AllDirectories)
                .Where(file => new FileInfo(file).LinkTarget is { } target && target.Contains(".nuget", StringComparison.Ordinal))
        );
        string ngram = Path.Combine(tools, OperatingSystem.IsWindows() ? "ngram.exe" : "ngram");

        Assert.AreEqual(PackageFolder.Version, ChildProcess.Run(empty, ngram, "--version").Trim());
        Assert.MatchesRegex(@"\nok +engine torchsharp ", ChildProcess.Run(empty, ngram, "doctor"));
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(empty));

        Assert.Contains("\naccuracy ", ChildProcess.Run(empty, ngram, "train", "--quick"));
        string run = Directory.GetDirectories(Path.Combine(empty, "runs")).Single();
        foreach (string file in (string[])["report.html", "model.zip", "model.safetensors"])
            Assert.IsTrue(File.Exists(Path.Combine(run, file)), file);
        Directory.Delete(tools, recursive: true);
    }

    [TestMethod]
    public void A_new_application_with_one_package_runs_the_pipeline_of_the_README()
    {
        string folder = Folder.Value.Create("application");
        File.WriteAllText(Path.Combine(folder, "Application.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <UseCurrentRuntimeIdentifier>true</UseCurrentRuntimeIdentifier>
                <SelfContained>false</SelfContained>
                <CreateSymbolicLinksForCopyLocalIfPossible>true</CreateSymbolicLinksForCopyLocalIfPossible>
                <!-- Our packages stay out of the user's cache, whose other packages are used where they are. -->
                <RestorePackagesPath>packages</RestorePackagesPath>
                <RestoreAdditionalProjectFallbackFolders>{PackageCache}</RestoreAdditionalProjectFallbackFolders>
                <RestoreAdditionalProjectSources>{Folder.Value.Packages}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="NGram.ML" Version="{PackageFolder.Version}" />
              </ItemGroup>
            </Project>
            """);
        string readme = File.ReadAllText(Path.Combine(PackageFolder.Repository(), "README.md")).ReplaceLineEndings("\n");
        string pipeline = CSharpBlock().Match(readme).Groups[1].Value;
        File.WriteAllText(Path.Combine(folder, "Program.cs"), pipeline);

        Assert.MatchesRegex(@"\naccuracy (0\.9|1\.0)\d+, log-loss \d", ChildProcess.Dotnet(folder, "run", "-c", "Release"));
    }

    private static string PackageCache =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    [GeneratedRegex("```csharp\n(using .*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
