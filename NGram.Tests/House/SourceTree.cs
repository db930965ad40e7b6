using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NGram.Tests.House;

/// <summary>Source files and, by the compiler's own reading, which of them uses which.</summary>
internal sealed class SourceTree(IReadOnlyList<SourceFile> files)
{
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    public IReadOnlyList<SourceFile> Files => files;

    /// <summary>All of the four projects' files.</summary>
    public static SourceTree OfRepository()
    {
        string root = Repository();
        string[] projects = ["NGram.Data", "NGram.ML", "NGram.Cli", "NGram.Tests"];
        var files =
            from project in projects
            from file in Directory.EnumerateFiles(Path.Combine(root, project), "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(root, file).Replace('\\', '/')
            where !path.StartsWith(project + "/obj/", StringComparison.Ordinal)
                && !path.StartsWith(project + "/bin/", StringComparison.Ordinal)
            orderby path
            select new SourceFile(path, File.ReadAllText(file).ReplaceLineEndings("\n"));
        return new([.. files]);
    }

    /// <summary>
    /// Each use of a type or member of another folder: by name, through <c>var</c>, or as an extension method.
    /// </summary>
    public IEnumerable<(SourceFile From, SyntaxNode At, string Name, string To)> Uses()
    {
        // The three projects are read as one, where each sees the others' internal types.
        var sources = files.Where(file => file.Project != "NGram.Tests").ToArray();
        var compilation = CSharpCompilation.Create(
            "NGram",
            [.. sources.Select(file => file.Tree), new SourceFile("Usings.cs", ImplicitUsings).Tree],
            References(),
            new(OutputKind.ConsoleApplication, allowUnsafe: true));
        return
            from file in sources
            let model = compilation.GetSemanticModel(file.Tree)
            from node in file.Nodes.OfType<SimpleNameSyntax>()
            let found = model.GetSymbolInfo(node)
            from symbol in found.Symbol is { } one ? [one] : found.CandidateSymbols
            from folder in Folders(symbol)
            where folder != file.Folder
            select (file, (SyntaxNode)node, symbol.Name, folder);
    }

    private static IEnumerable<string> Folders(ISymbol symbol)
    {
        var type = symbol is ITypeSymbol itself ? itself : symbol is INamespaceSymbol ? null : symbol.ContainingType;
        return from declaration in type?.OriginalDefinition.DeclaringSyntaxReferences ?? []
               let path = declaration.SyntaxTree.FilePath
               select path[..path.LastIndexOf('/')];
    }

    private static IEnumerable<MetadataReference> References() =>
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        where !Path.GetFileName(path).StartsWith("ngram", StringComparison.OrdinalIgnoreCase)
        select MetadataReference.CreateFromFile(path);

    private static string Repository([CallerFilePath] string here = "") => Path.GetFullPath("../../..", here);
}
