using NGram.ML.Fused.Threading;

namespace NGram.Tests.ML.Fused;

[TestClass]
public sealed class TeamTests
{
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    public void Every_part_of_every_piece_is_done_once(int members)
    {
        using var team = new Team(members);
        int[] done = new int[members];
        var work = (Part part) =>
        {
            Assert.AreEqual(members, part.Count);
            done[part.Index]++;
        };
        for (int piece = 1; piece <= 2000; piece++)
        {
            // Now and then so late that the threads sleep.
            if (piece % 500 == 0)
                Thread.Sleep(20);
            team.Run(work);
            CollectionAssert.AreEqual(Enumerable.Repeat(piece, members).ToArray(), done);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void What_a_part_throws_comes_out_at_the_caller(int thrower)
    {
        using var team = new Team(3);
        int done = 0;
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => team.Run(part =>
        {
            if (part.Index == thrower)
                throw new InvalidOperationException($"part {thrower}");
            Interlocked.Increment(ref done);
        }));
        Assert.AreEqual($"part {thrower}", error.Message);
        Assert.AreEqual(2, done);
        team.Run(_ => Interlocked.Increment(ref done));
        Assert.AreEqual(5, done);
    }

    [TestMethod]
    public void Alone_the_caller_does_the_whole()
    {
        using var team = new Team(3) { IsAlone = true };
        List<Part> parts = [];
        team.Run(parts.Add);
        Assert.AreSequenceEqual([Part.Whole], parts);
        team.IsAlone = false;
        int done = 0;
        team.Run(_ => Interlocked.Increment(ref done));
        Assert.AreEqual(3, done);
    }

    [TestMethod]
    public void Disposing_ends_the_threads()
    {
        var threads = new Thread[3];
        var team = new Team(3);
        team.Run(part => threads[part.Index] = Thread.CurrentThread);
        Assert.AreSame(Thread.CurrentThread, threads[0]);
        team.Dispose();
        Assert.IsFalse(threads[1].IsAlive);
        Assert.IsFalse(threads[2].IsAlive);
    }

    [TestMethod]
    public void Shares_follow_each_other_in_whole_grains()
    {
        foreach (int items in (int[])[0, 1, 7, 8, 100])
        {
            int next = 0;
            for (int index = 0; index < 3; index++)
            {
                var (start, count) = new Part(index, 3).Of(items, 4);
                Assert.AreEqual(next, start);
                Assert.IsTrue(start % 4 == 0 || start == items);
                next += count;
            }
            Assert.AreEqual(items, next);
        }
        Assert.AreEqual((0, 1), new Part(0, 2).Of([3, 13, 14, 15, 16, 17, 18, 19, 23]));
        Assert.AreEqual((1, 7), new Part(1, 2).Of([3, 13, 14, 15, 16, 17, 18, 19, 23]));
    }

    [TestMethod]
    public void A_mirrored_part_has_the_share_of_its_opposite()
    {
        Assert.AreEqual((0, 2), new Part(0, 2).Of(5));
        Assert.AreEqual((2, 3), new Part(0, 2).Mirrored.Of(5));
        Assert.AreEqual((0, 2), new Part(1, 2).Mirrored.Of(5));
        Assert.AreEqual((0, 4), new Part(1, 2).WithoutFirst.Of(4));
        Assert.AreEqual((2, 2), new Part(2, 3).WithoutFirst.Of(4));
    }
}
