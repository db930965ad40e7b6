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
        using (var outputs = new OutputSet())
        {
            Fill(outputs);
            Assert.IsFalse(File.Exists(folder["a"]) || File.Exists(folder["runs/b/file"]));
            outputs.Commit();
        }
        Assert.AreSequenceEqual(["a", "runs/b/file"], Files());
        Assert.AreEqual("text", File.ReadAllText(folder["runs/b/file"]));
    }

    [TestMethod]
    public void What_is_not_committed_leaves_nothing_not_even_the_folders_above()
    {
        using (var outputs = new OutputSet())
            Fill(outputs);
        Assert.IsEmpty(folder.Entries);
    }

    [TestMethod]
    public void A_place_that_another_holds_is_refused_from_the_start()
    {
        using var first = new OutputSet();
        first.AddFile(folder["a"]);
        first.AddFolder(folder["b"]);
        using var second = new OutputSet();
        foreach (var (name, add) in new[] { ("a", second.AddFile), ("b", second.AddFolder), ("b", (Add)second.Reopen) })
        {
            var refused = Assert.ThrowsExactly<OutputTakenException>(() => add(folder[name]));
            Assert.AreEqual($"{folder[name]}: another process is writing it.", refused.Message);
            Assert.IsTrue(refused.IsHeld);
        }
    }

    [TestMethod]
    public void What_is_there_is_refused_and_kept()
    {
        Directory.CreateDirectory(folder["b"]);
        File.WriteAllText(folder["a"], "mine");
        File.WriteAllText(folder["b/file"], "mine");
        using var outputs = new OutputSet();
        Assert.IsFalse(Assert.ThrowsExactly<OutputTakenException>(() => outputs.AddFile(folder["a"])).IsHeld);
        Assert.IsFalse(Assert.ThrowsExactly<OutputTakenException>(() => outputs.AddFolder(folder["b"])).IsHeld);
        Assert.AreSequenceEqual(["a", "b/file"], Files());
    }

    [TestMethod]
    [DataRow("a")]
    [DataRow("runs/b/file")]
    public void What_came_meanwhile_is_kept_and_nothing_else_is_left(string name)
    {
        using (var outputs = new OutputSet())
        {
            Fill(outputs);
            File.WriteAllText(folder[name], "another's");
            string message = Assert.ThrowsExactly<OutputTakenException>(() => outputs.Commit()).Message;
            Assert.StartsWith($"{folder[name]} exists", message);
        }
        Assert.AreEqual("another's", File.ReadAllText(folder[name]));
        Assert.AreSequenceEqual([name], Files());
    }

    [TestMethod]
    public void A_folder_that_is_there_and_empty_stays_the_same_folder()
    {
        Directory.CreateDirectory(folder["b"]);
        using (var outputs = new OutputSet())
            outputs.AddFolder(folder["b"]).Write(partial => File.WriteAllText(Path.Combine(partial, "file"), "text"));
        Assert.AreSequenceEqual(["b"], folder.Entries);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(folder["b"]));
    }

    /// <summary>As a process leaves it that is killed after so many moves: locks with notes, the rest aside.</summary>
    [TestMethod]
    [DataRow(0, false)]
    [DataRow(1, false)]
    [DataRow(2, false)]
    [DataRow(0, true)]
    [DataRow(1, true)]
    [DataRow(2, true)]
    public void After_a_kill_between_moves_the_same_places_can_be_written_again(int moved, bool backwards)
    {
        Leave(moved);
        using (var outputs = new OutputSet())
        {
            Fill(outputs, backwards);
            outputs.Commit();
        }
        Assert.AreSequenceEqual(["a", "runs/b/file"], Files());
        Assert.AreEqual("text", File.ReadAllText(folder["a"]));
        Assert.AreEqual("text", File.ReadAllText(folder["runs/b/file"]));
    }

    [TestMethod]
    public void A_set_that_was_moved_whole_is_done_and_kept()
    {
        Leave(3);
        using (var outputs = new OutputSet())
        {
            Assert.IsFalse(Assert.ThrowsExactly<OutputTakenException>(() => outputs.AddFile(folder["a"])).IsHeld);
            Assert.IsFalse(Assert.ThrowsExactly<OutputTakenException>(() => outputs.AddFolder(folder["runs/b"])).IsHeld);
        }
        Assert.AreSequenceEqual(["a", "runs/b/file", "runs/b/more"], Files());
        Assert.AreEqual("old", File.ReadAllText(folder["a"]));
    }

    [TestMethod]
    public void What_else_is_in_a_folder_keeps_what_was_moved_into_it()
    {
        Leave(2);
        Directory.CreateDirectory(folder["runs/b/checkpoint"]);
        File.WriteAllText(folder["runs/b/checkpoint/state"], "state");
        using (var outputs = new OutputSet())
            Assert.ThrowsExactly<OutputTakenException>(() => outputs.AddFolder(folder["runs/b"]));
        Assert.AreSequenceEqual(["runs/b/checkpoint/state", "runs/b/file"], Files().Where(name => name.StartsWith("runs")));
    }

    [TestMethod]
    public void The_last_file_may_come_later_and_until_then_nothing_is_done()
    {
        void Begin(OutputSet outputs)
        {
            outputs.AddFolder(folder["b"]).Write(partial => File.WriteAllText(Path.Combine(partial, "first"), "text"));
            outputs.Commit(last: folder["b/last"]);
            Assert.IsTrue(File.Exists(folder["b/first"]));
        }
        using (var outputs = new OutputSet())
            Begin(outputs);
        Assert.IsEmpty(folder.Entries);

        using (var outputs = new OutputSet())
        {
            Begin(outputs);
            Directory.CreateDirectory(folder["b/checkpoint"]);
            File.WriteAllText(folder["b/checkpoint/state"], "state");
        }
        Assert.AreSequenceEqual(["b/checkpoint/state", "b/first"], Files());

        using (var outputs = new OutputSet())
        {
            outputs.Reopen(folder["b"]).Write(partial => File.WriteAllText(Path.Combine(partial, "last"), "text"));
            outputs.Commit(last: folder["b/last"]);
        }
        Assert.AreSequenceEqual(["b/checkpoint/state", "b/first", "b/last"], Files());
    }

    [TestMethod]
    public void A_file_that_cannot_be_moved_takes_back_the_others()
    {
        using (var outputs = new OutputSet())
        {
            var place = outputs.AddFolder(folder["b"]);
            place.Write(partial =>
            {
                File.WriteAllText(Path.Combine(partial, "1"), "text");
                Directory.CreateDirectory(Path.Combine(partial, "2"));
            });
            // A folder is not moved onto another.
            place.Own(folder["b/2"]);
            Directory.CreateDirectory(folder["b/2"]);
            Assert.DoesNotContain(".partial", Assert.Throws<IOException>(() => outputs.Commit()).Message);
            Assert.IsFalse(File.Exists(folder["b/1"]));
        }
    }

    [TestMethod]
    public void Faults_of_writing_speak_of_the_names_that_people_gave()
    {
        using var outputs = new OutputSet();
        var place = outputs.AddFolder(folder["b"]);
        Assert.AreEqual(
            $"No space left on device : '{folder["b/model.zip"]}'",
            Assert.ThrowsExactly<IOException>(() => place.Write(partial =>
                throw new IOException($"No space left on device : '{Path.Combine(partial, "model.zip")}'"))).Message);
        Assert.AreEqual(
            $"{folder["b/model.zip"]}: No space left on device",
            WriteFault.Of(folder["b/model.zip"], new IOException("No space left on device : '/tmp/ml/1.tmp'"))!.Message);
    }

    private delegate OutputPlace Add(string path);

    private void Fill(OutputSet outputs, bool backwards = false)
    {
        Action[] fill =
        [
            () => outputs.AddFile(folder["a"]).Write(path => File.WriteAllText(path, "text")),
            () => outputs.AddFolder(folder["runs/b"]).Write(partial => File.WriteAllText(Path.Combine(partial, "file"), "text")),
        ];
        foreach (var act in backwards ? fill.Reverse() : fill)
            act();
    }

    private void Leave(int moved)
    {
        OutputMove[] moves =
        [
            new(folder["a.partial/a"], folder["a"]),
            new(folder["runs/b/.partial/file"], folder["runs/b/file"]),
            new(folder["runs/b/.partial/more"], folder["runs/b/more"]),
        ];
        Directory.CreateDirectory(folder["a.partial"]);
        Directory.CreateDirectory(folder["runs/b/.partial"]);
        foreach (string name in (string[])["a.lock", "runs/b/.lock"])
            File.WriteAllText(folder[name], string.Concat(OutputMove.Text(moves).Select(note => note + '\0')));
        for (int i = 0; i < moves.Length; i++)
            File.WriteAllText(i < moved ? moves[i].To : moves[i].From, "old");
    }

    private IEnumerable<string> Files() =>
        Directory
            .EnumerateFiles(folder[""], "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder[""], path))
            .Order(StringComparer.Ordinal);
}
