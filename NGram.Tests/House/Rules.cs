using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace NGram.Tests.House;

/// <summary>The rules of the house; each lists where source files break it.</summary>
internal static class Rules
{
    private const int MostLines = 300, MostColumns = 130;

    /// <summary>A folder uses only itself and those above it.</summary>
    public static IEnumerable<string> Order(SourceTree tree) =>
        (
            from use in tree.Uses()
            where Rooms.Place(use.To) > Rooms.Place(use.From.Folder)
            select $"{use.From.Line(use.At)} uses {use.Name} of {use.To}, which is below {use.From.Folder}").Distinct();

    /// <summary>Every folder has its place in the order, and every place its folder.</summary>
    public static IEnumerable<string> Places(SourceTree tree)
    {
        var folders = tree.Files.Where(file => file.Project != "NGram.Tests").Select(file => file.Folder).ToHashSet();
        return [
            .. folders.Except(Rooms.Order).Select(folder => $"{folder} has no place in the order"),
            .. Rooms.Order.Except(folders).Select(folder => $"{folder} has no files"),
        ];
    }

    /// <summary>A room can be looked over: <see cref="Rooms.MostFiles"/> files, but for rows of like siblings.</summary>
    public static IEnumerable<string> Size(SourceTree tree) =>
        from file in tree.Files
        group file by file.Folder into room
        where room.Count() > Rooms.MostFiles && !Rooms.Rows.ContainsKey(room.Key)
        select $"{room.Key} has {room.Count()} files";

    /// <summary>Files have at most 300 lines.</summary>
    public static IEnumerable<string> Length(SourceTree tree) =>
        from file in tree.Files
        where file.Lines.Length > MostLines
        select $"{file.Path} has {file.Lines.Length} lines";

    /// <summary>Lines have at most 130 characters.</summary>
    public static IEnumerable<string> Width(SourceTree tree) =>
        from file in tree.Files
        from line in file.Lines.Index()
        where line.Item.Length > MostColumns
        select $"{file.Path}({line.Index + 1}) has {line.Item.Length} characters";

    /// <summary>A namespace is the folder's path; extension methods stand where ML.NET's users look.</summary>
    public static IEnumerable<string> Namespaces(SourceTree tree) =>
        from file in tree.Files
        let extensions = file.Namespace == "Microsoft.ML" && file.Types.All(type => Is(type, SyntaxKind.StaticKeyword))
        where file.Namespace is { } name && name != file.Folder.Replace('/', '.') && !extensions
        select $"{file.Path} has the namespace {file.Namespace}";

    /// <summary>A file has one public type, and is named like it (or like its first type where none is public).</summary>
    public static IEnumerable<string> Types(SourceTree tree)
    {
        foreach (var file in tree.Files.Where(file => file.Types.Any()))
        {
            var open = file.Types.Where(type => Is(type, SyntaxKind.PublicKeyword)).ToArray();
            if (open.Length > 1)
                yield return $"{file.Path} has {open.Length} public types";
            string name = (open.FirstOrDefault() ?? file.Types.First()).Identifier.Text;
            if (name != file.Name)
                yield return $"{file.Path} has the type {name}";
        }
    }

    /// <summary>A caught exception is named exception.</summary>
    public static IEnumerable<string> Exceptions(SourceTree tree) =>
        from file in tree.Files
        from caught in file.Nodes.OfType<CatchDeclarationSyntax>()
        where caught.Identifier.Text is not ("" or "exception")
        select $"{file.Line(caught)} names what it catches {caught.Identifier.Text}";

    /// <summary>
    /// Whoever asks for the kind of an architecture or a distribution must change with every new one: the places are those of
    /// <see cref="Rooms.Dispatches"/>, all others ask the base.
    /// </summary>
    public static IEnumerable<string> Dispatches(SourceTree tree) =>
        from file in tree.Files
        where file.Project != "NGram.Tests" && !Rooms.Dispatches.Contains(file.Path)
        from node in file.Nodes
        let type = node switch
        {
            BinaryExpressionSyntax { RawKind: (int)SyntaxKind.IsExpression or (int)SyntaxKind.AsExpression } test => test.Right,
            CastExpressionSyntax cast => cast.Type,
            DeclarationPatternSyntax declared => declared.Type,
            RecursivePatternSyntax { Type: { } recursive } => recursive,
            TypePatternSyntax pattern => pattern.Type,
            ConstantPatternSyntax constant => constant.Expression,
            _ => null,
        }
        where type?.ToString() is "TransformerArchitecture" or "SequenceEncoderArchitecture" or "ModuleArchitecture"
            or "NGramDistribution" or "SparseNGramDistribution"
        select $"{file.Line(node)} asks whether it is a {type}";

    /// <summary>The name of a test is a sentence: Sampling_is_deterministic.</summary>
    public static IEnumerable<string> TestNames(SourceTree tree) =>
        from file in tree.Files
        from method in file.Nodes.OfType<MethodDeclarationSyntax>()
        where method.AttributeLists.SelectMany(list => list.Attributes).Any(one => one.Name.ToString() == "TestMethod")
        let name = method.Identifier.Text
        where !char.IsUpper(name[0]) || !name.Contains('_', StringComparison.Ordinal)
        select $"{file.Line(method)} is named {name}, which is not a sentence_with_underscores";

    private static bool Is(BaseTypeDeclarationSyntax type, SyntaxKind modifier) =>
        type.Modifiers.Any(one => one.IsKind(modifier));
}
