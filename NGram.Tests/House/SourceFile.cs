using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NGram.Tests.House;

/// <summary>A C# file: its path from the repository's root with '/', its text and its syntax.</summary>
internal sealed class SourceFile(string path, string text)
{
    // Comments may name what the code may not use: they are not parsed.
    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Preview, DocumentationMode.None);

    public string Path => path;

    /// <summary>The folder's path; a project's name for its root files.</summary>
    public string Folder => path[..path.LastIndexOf('/')];

    /// <summary>The project's name.</summary>
    public string Project => path[..path.IndexOf('/', StringComparison.Ordinal)];

    /// <summary>The file's name up to the first dot: the type's.</summary>
    public string Name => path[(path.LastIndexOf('/') + 1)..].Split('.')[0];

    public string[] Lines { get; } = text.TrimEnd('\n').Split('\n');

    public SyntaxTree Tree { get; } = CSharpSyntaxTree.ParseText(text, Parsing, path);

    public IEnumerable<SyntaxNode> Nodes => Tree.GetRoot().DescendantNodes();

    /// <summary>The types that are not inside another.</summary>
    public IEnumerable<BaseTypeDeclarationSyntax> Types =>
        Nodes
            .OfType<BaseTypeDeclarationSyntax>()
            .Where(type => type.Parent is BaseNamespaceDeclarationSyntax or CompilationUnitSyntax);

    public string? Namespace => Nodes.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault()?.Name.ToString();

    /// <summary>The place of a node, as compilers write it.</summary>
    public string Line(SyntaxNode node) => $"{path}({node.GetLocation().GetLineSpan().StartLinePosition.Line + 1})";
}
