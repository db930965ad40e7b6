using NGram.Data.IO;
using NGram.Tests.Cli;

namespace NGram.Tests.Data.IO;

/// <summary>Places that are written together, and what a process that died between two moves leaves.</summary>
[TestClass]
public sealed class OutputSetTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Files_and_folders_appear_together_and_nothing_else_stays()
    {
        using (var set = new OutputSet(folder["a"], folder["runs/b"]))
        {
            Fill(set);
            CollectionAssert.DoesNotContain(folder.Entries, "a");
            set.Commit();
        }
        CollectionAssert.AreEquivalent(new[] { "a", "runs" }, folder.Entries);
        Assert.AreEqual("text", File.ReadAllText(folder["runs/b/file"]));
    }

    [TestMethod]
    public void What_is_not_committed_leaves_nothing_not_even_the_folders_above()
    {
        using (var set = new OutputSet(folder["a"], folder["runs/inner/b"]))
            Fill(set);
        Assert.IsEmpty(folder.Entries);
    }

    [TestMethod]
    public void A_place_that_another_holds_is_refused_from_the_start()
    {
        using var first = new OutputSet(folder["a"]);
        string message = Assert.ThrowsExactly<IOException>(() => new OutputSet(folder["b"], folder["a"])).Message;
        Assert.AreEqual($"{folder["a"]}: another process is writing it.", message);
        // The refused one has let go of the other place.
        using var third = new OutputSet(folder["b"]);
    }

    [TestMethod]
    public void What_appeared_meanwhile_is_kept()
    {
        using (var set = new OutputSet(folder["a"], folder["b"]))
        {
            Fill(set);
            File.WriteAllText(folder["a"], "another's");
            Assert.Contains("exists", Assert.ThrowsExactly<IOException>(set.Commit).Message);
        }
        Assert.AreEqual("another's", File.ReadAllText(folder["a"]));
        CollectionAssert.AreEqual(new[] { "a" }, folder.Entries);
    }

    /// <summary>As a process leaves it that is killed after so many moves: locks with notes, the rest beside its place.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void After_a_kill_between_moves_the_same_places_can_be_written_again(int moved)
    {
        string[] places = [folder["a"], folder["b"], folder["c"]];
        for (int i = 0; i < places.Length; i++)
        {
            File.WriteAllText(places[i] + ".lock", string.Join('\n', places) + "\n");
            File.WriteAllText(places[i] + (i < moved ? "" : ".partial"), "old");
        }
        using (var set = new OutputSet(places))
        {
            for (int i = 0; i < places.Length; i++)
                File.WriteAllText(set.Partial(i), "new");
            set.Commit();
        }
        foreach (string place in places)
            Assert.AreEqual("new", File.ReadAllText(place));
        CollectionAssert.AreEquivalent(new[] { "a", "b", "c" }, folder.Entries);
    }

    [TestMethod]
    public void A_set_that_was_moved_whole_is_done_and_kept()
    {
        string[] places = [folder["a"], folder["b"]];
        foreach (string place in places)
        {
            File.WriteAllText(place + ".lock", string.Join('\n', places) + "\n");
            File.WriteAllText(place, "done");
        }
        Assert.Contains("exists", Assert.ThrowsExactly<IOException>(() => new OutputSet(places)).Message);
        Assert.AreEqual("done", File.ReadAllText(places[0]));
        OutputSet.Sweep(places[1]);
        CollectionAssert.AreEquivalent(new[] { "a", "b" }, folder.Entries);
    }

    private static void Fill(OutputSet set)
    {
        File.WriteAllText(set.Partial(), "text");
        Directory.CreateDirectory(set.Partial(1));
        File.WriteAllText(Path.Combine(set.Partial(1), "file"), "text");
    }
}
