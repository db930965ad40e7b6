namespace NGram.Tests.House;

/// <summary>What CONTRIBUTING.md says of the tree and of style.</summary>
[TestClass]
public sealed class HouseTests
{
    private static readonly SourceTree Repository = SourceTree.OfRepository();

    [TestMethod]
    public void Every_folder_has_a_place_in_the_order() =>
        Holds(Rules.Places, Rooms.Order.Length + 1, new SourceFile("NGram.Data/Cellar/A.cs", ""));

    [TestMethod]
    public void A_folder_uses_only_those_above_it() => Holds(
        Rules.Order,
        1,
        new SourceFile("NGram.Data/Checks/A.cs", "namespace NGram.Data.Checks; class A { NGram.Data.Laws.B? b; }"),
        new SourceFile("NGram.Data/Laws/B.cs", "namespace NGram.Data.Laws; class B { NGram.Data.Checks.A? a; }"));

    [TestMethod]
    public void A_room_has_16_files_at_most_but_for_rows_of_siblings() => Holds(
        Rules.Size,
        1,
        [
            .. Enumerable.Range(0, Rooms.MostFiles + 1).Select(i => new SourceFile($"NGram.Data/Checks/A{i}.cs", "")),
            .. Enumerable.Range(0, Rooms.MostFiles + 1).Select(i => new SourceFile($"NGram.ML/Bounds/A{i}.cs", "")),
        ]);

    [TestMethod]
    public void A_file_has_300_lines_at_most() =>
        Holds(Rules.Length, 1, new SourceFile("NGram.Data/Checks/A.cs", string.Concat(Enumerable.Repeat("//\n", 301))));

    [TestMethod]
    public void A_line_has_130_characters_at_most() =>
        Holds(Rules.Width, 1, new SourceFile("NGram.Data/Checks/A.cs", "//" + new string('x', 129)));

    [TestMethod]
    public void A_file_has_one_public_type_and_its_name() => Holds(
        Rules.Types,
        2,
        new SourceFile("NGram.Data/Checks/A.cs", "public class A; public class B;"),
        new SourceFile("NGram.Data/Checks/C.cs", "class D;"));

    [TestMethod]
    public void A_namespace_is_the_path_of_its_folder() =>
        Holds(Rules.Namespaces, 1, new SourceFile("NGram.Data/Checks/A.cs", "namespace NGram.Data; class A;"));

    [TestMethod]
    public void Few_files_ask_which_architecture_or_distribution_it_is() => Holds(
        Rules.Dispatches,
        3,
        new SourceFile("NGram.ML/Models/A.cs", "class A { bool B(object x) => x is TransformerArchitecture; }"),
        new SourceFile(
            "NGram.ML/Models/B.cs",
            "class B { int C(object x) => x switch { SequenceEncoderArchitecture => 1, _ => ((NGramDistribution)x).Order }; }"));

    [TestMethod]
    public void A_caught_exception_is_named_exception() => Holds(
        Rules.Exceptions,
        1,
        new SourceFile("NGram.Data/Checks/A.cs", "class A { void B() { try { } catch (Exception e) { } } }"));

    [TestMethod]
    public void The_name_of_a_test_is_a_sentence() => Holds(
        Rules.TestNames,
        2,
        new SourceFile("NGram.Tests/A.cs", "class A { [TestMethod] public void B() { } [TestMethod] public void c_d() { } }"));

    /// <summary>Requires that a rule finds each fault of files that break it, and none in the repository.</summary>
    private static void Holds(Func<SourceTree, IEnumerable<string>> rule, int faults, params SourceFile[] breaking)
    {
        Assert.HasCount(faults, rule(new(breaking)));
        string[] broken = [.. rule(Repository)];
        Assert.IsEmpty(broken, string.Join('\n', broken));
    }
}
