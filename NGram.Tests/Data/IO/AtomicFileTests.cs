using NGram.Data.IO;
using NGram.Tests.Cli;

namespace NGram.Tests.Data.IO;

/// <summary>Files that exist whole or not at all, read while they are written.</summary>
[TestClass]
public sealed class AtomicFileTests
{
    [TestMethod]
    public void A_reader_waits_for_one_who_holds_the_file()
    {
        using var folder = new TemporaryFolder();
        string path = folder["held"];
        File.WriteAllBytes(path, [1, 2, 3]);
        var held = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.None);
        var reading = Task.Run(() => AtomicFile.Read(path));
        Assert.IsFalse(reading.Wait(50));
        held.Dispose();
        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, reading.Result);
    }

    [TestMethod]
    public void Readers_of_a_file_written_again_and_again_see_it_whole()
    {
        using var folder = new TemporaryFolder();
        string path = folder["moving"];
        AtomicFile.Write(path, stream => stream.Write(new byte[1000]));
        var writing = Task.Run(() =>
        {
            for (byte value = 1; value < 200; value++)
                AtomicFile.Write(path, stream => stream.Write(Enumerable.Repeat(value, 1000).ToArray()));
        });
        byte last = 0;
        while (last < 199 && !writing.IsFaulted)
        {
            byte[] bytes = AtomicFile.Read(path);
            Assert.HasCount(1000, bytes);
            CollectionAssert.AreEqual(Enumerable.Repeat(bytes[0], 1000).ToArray(), bytes);
            Assert.IsTrue(bytes[0] >= last);
            last = bytes[0];
        }
        writing.Wait();
    }
}
