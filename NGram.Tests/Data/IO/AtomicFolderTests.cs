using NGram.Data.IO;
using NGram.Tests.Cli;

namespace NGram.Tests.Data.IO;

[TestClass]
public sealed class AtomicFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Target => folder["run"];

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow(false, false)]
    [DataRow(true, false)]
    [DataRow(true, true)]
    public void A_fault_while_writing_leaves_everything_as_it_was(bool exists, bool holdsSomething)
    {
        if (exists)
            Directory.CreateDirectory(Target);
        if (holdsSomething)
            File.WriteAllText(At("settings"), "old");
        Action<string> write = partial =>
        {
            File.WriteAllText(Path.Combine(partial, "settings"), "new");
            throw new InvalidOperationException();
        };
        Assert.ThrowsExactly<InvalidOperationException>(() =>
        {
            if (holdsSomething)
                AtomicFolder.Complete(Target, write, "summary");
            else
                AtomicFolder.Write(Target, write);
        });
        CollectionAssert.AreEqual(exists ? new[] { "run" } : [], folder.Entries);
        if (holdsSomething)
            Assert.AreEqual("old", File.ReadAllText(At("settings")));
        Assert.HasCount(holdsSomething ? 1 : 0, exists ? Directory.GetFileSystemEntries(Target) : []);
    }

    [TestMethod]
    public void A_folder_that_holds_something_is_completed_only_when_it_may_be()
    {
        Begin();
        Assert.Contains(
            "exists and is not empty",
            Assert.ThrowsExactly<IOException>(() => AtomicFolder.Write(Target, _ => Assert.Fail("too late"))).Message);
        AtomicFolder.Complete(Target, WriteTwo, "summary");
        Assert.AreEqual("new", File.ReadAllText(At("settings")));
        Assert.AreEqual("new", File.ReadAllText(At("summary")));
        Assert.AreEqual("state", File.ReadAllText(At("checkpoint/state")));
        CollectionAssert.AreEqual(new[] { "run" }, folder.Entries);
    }

    /// <summary>
    /// As at a kill between two moves: each file is the old or the new one, whole, and what was not written stays.
    /// </summary>
    [TestMethod]
    public void A_file_that_cannot_be_moved_leaves_whole_files_and_the_folders_own()
    {
        Begin();
        Directory.CreateDirectory(At("summary"));
        string message = Assert.Throws<IOException>(() => AtomicFolder.Complete(Target, WriteTwo, "summary")).Message;
        Assert.DoesNotContain(".partial", message);
        Assert.AreEqual("new", File.ReadAllText(At("settings")));
        Assert.AreEqual("state", File.ReadAllText(At("checkpoint/state")));
        CollectionAssert.AreEqual(new[] { "run" }, folder.Entries);
        Directory.Delete(At("summary"));
        AtomicFolder.Complete(Target, WriteTwo, "summary");
        Assert.AreEqual("new", File.ReadAllText(At("summary")));
    }

    private void Begin()
    {
        Directory.CreateDirectory(At("checkpoint"));
        File.WriteAllText(At("checkpoint/state"), "state");
        File.WriteAllText(At("settings"), "old");
    }

    private static void WriteTwo(string partial)
    {
        File.WriteAllText(Path.Combine(partial, "settings"), "new");
        File.WriteAllText(Path.Combine(partial, "summary"), "new");
    }

    private string At(string name) => Path.Combine(Target, name);
}
