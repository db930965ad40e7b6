using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.Tests.ML.Fused;

/// <summary>Threads wait for each other where one touches what another writes, and nowhere else.</summary>
[TestClass]
public sealed unsafe class ScheduleTests : IDisposable
{
    private readonly object rows = new(), columns = new();
    private readonly Workspace workspace = new(8);
    private readonly List<string> done = [];

    public void Dispose() => workspace.Dispose();

    [TestMethod]
    public void Own_rows_of_the_same_division_need_no_waiting()
    {
        Matrix x = Matrix(), y = Matrix(), z = Matrix();
        Assert.AreEqual(1, Stages(Piece("a", rows, WritesOwn(x)), Piece("b", rows, ReadsOwn(x), WritesOwn(y))));
        Assert.AreEqual(2, Stages(Piece("a", rows, WritesOwn(x)), Piece("b", columns, ReadsOwn(x), WritesOwn(y))));
        Assert.AreEqual(2, Stages(Piece("a", rows, WritesOwn(x)), Piece("b", rows, ReadsAny(x), WritesOwn(y))));
        Assert.AreEqual(2, Stages(Piece("a", rows, ReadsAny(x)), Piece("b", rows, WritesOwn(x))), "others still read it");
        Assert.AreEqual(1, Stages(Piece("a", rows, ReadsAny(x)), Piece("b", columns, ReadsAny(x))));
        Assert.AreEqual(1, Stages(Piece("a", rows, WritesAny(x)), Piece("b", rows, WritesAny(y)), Piece("c", rows, ReadsOwn(z))));
    }

    [TestMethod]
    public void What_the_first_thread_leaves_to_the_others_waits_like_any_work()
    {
        Matrix x = Matrix(), y = Matrix();
        var first = Piece("a", rows, WritesOwn(x)).WithoutFirst;
        Assert.AreEqual(1, Stages(first, Piece("b", rows, WritesOwn(y)).WithoutFirst));
        Assert.AreEqual(2, Stages(first, Piece("b", rows, ReadsOwn(x)).WithoutFirst));
        Assert.AreEqual(2, Stages(first, Piece("b", rows, ReadsOwn(x))), "the first thread's share is another's there");
        List<Part> parts = [];
        var piece = new Piece(parts.Add, rows).WithoutFirst;
        for (int index = 0; index < 3; index++)
            piece.Work(new Part(index, 3));
        CollectionAssert.AreEqual(new[] { new Part(0, 2), new Part(1, 2) }, parts);
    }

    [TestMethod]
    public void Views_conflict_where_they_have_an_element_in_common()
    {
        var whole = workspace.Allocate(6, 48);
        int Of(Matrix one, Matrix other) => Stages(Piece("a", rows, WritesAny(one)), Piece("b", rows, ReadsAny(other)));
        Assert.AreEqual(1, Of(whole.ColumnRange(0, 16), whole.ColumnRange(16, 32)));
        Assert.AreEqual(1, Of(whole.ColumnRange(16, 32), whole.ColumnRange(0, 16)));
        Assert.AreEqual(2, Of(whole.ColumnRange(0, 24), whole.ColumnRange(16, 8)));
        Assert.AreEqual(1, Of(whole.RowRange(0, 3), whole.RowRange(3, 3)));
        Assert.AreEqual(2, Of(whole.RowRange(0, 3), whole.RowRange(2, 3)));
        Assert.AreEqual(2, Of(whole.RowRange(2, 3), whole.RowRange(0, 3)));
        Assert.AreEqual(1, Of(whole.RowRange(3, 3).ColumnRange(8, 8), whole.ColumnRange(24, 16)));
        Assert.AreEqual(2, Of(whole.RowRange(3, 3).ColumnRange(8, 8), whole));
        // Every view against every other one, element by element.
        var random = new Random(1);
        for (int i = 0; i < 500; i++)
        {
            Matrix one = View(whole, random), other = View(whole, random);
            Assert.AreEqual(Elements(one).Overlaps(Elements(other)), Overlap(one, other), $"{i}");
        }
    }

    [TestMethod]
    public void What_can_wait_is_done_before_what_would_change_it()
    {
        Matrix gradient = Matrix(), hidden = Matrix(), weight = Matrix();
        var schedule = new Schedule();
        schedule.Add(
        [
            Piece("gradient", rows, WritesOwn(gradient)),
            new Piece(_ => Note("weight"), columns, ReadsAny(gradient), WritesOwn(weight)) { IsDeferrable = true },
            Piece("hidden", rows, ReadsOwn(gradient), WritesOwn(hidden)),
            Piece("changes", rows, WritesOwn(gradient)),
        ]);
        Assert.AreEqual(3, schedule.Stages);
        using var team = new Team(1);
        schedule.Run(team);
        Assert.AreSequenceEqual(["gradient", "hidden", "weight", "changes"], done);
    }

    [TestMethod]
    public void What_is_left_is_done_at_the_end()
    {
        Matrix gradient = Matrix(), weight = Matrix();
        var schedule = new Schedule();
        schedule.Add([new Piece(_ => Note("weight"), columns, ReadsAny(gradient), WritesOwn(weight)) { IsDeferrable = true }]);
        schedule.Add([Piece("gradient", rows, ReadsOwn(gradient))]);
        using var team = new Team(1);
        schedule.Run(team);
        Assert.AreSequenceEqual(["gradient", "weight"], done);
    }

    [TestMethod]
    public void A_stage_begins_when_all_threads_have_ended_the_one_before()
    {
        const int Members = 3, Count = 200;
        using var team = new Team(Members);
        int[] stageOf = new int[Members];
        int early = 0;
        var schedule = new Schedule();
        for (int stage = 0; stage < Count; stage++)
        {
            int number = stage;
            schedule.Add(
            [
                new Piece(
                    part =>
                    {
                        if (stageOf.Any(other => other < number))
                            Interlocked.Increment(ref early);
                        if (number % 50 == 0 && part.Index == 1)
                            Thread.Sleep(5);
                        Volatile.Write(ref stageOf[part.Index], number + 1);
                    },
                    rows),
            ]);
            schedule.EndStage();
        }
        for (int run = 0; run < 3; run++)
        {
            Array.Clear(stageOf);
            schedule.Run(team);
            CollectionAssert.AreEqual(Enumerable.Repeat(Count, Members).ToArray(), stageOf);
        }
        Assert.AreEqual(0, early);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    public void A_failure_ends_the_others_waiting(int thrower)
    {
        using var team = new Team(3);
        int after = 0;
        var schedule = new Schedule();
        schedule.Add([new Piece(part => Assert.AreNotEqual(thrower, part.Index), rows)]);
        schedule.EndStage();
        schedule.Add([new Piece(_ => Interlocked.Increment(ref after), rows)]);
        Assert.ThrowsExactly<AssertFailedException>(() => schedule.Run(team));
        Assert.AreEqual(0, after);
    }

    private static Matrix View(Matrix whole, Random random)
    {
        int row = random.Next(6), column = 8 * random.Next(6);
        return whole.RowRange(row, random.Next(1, 7 - row)).ColumnRange(column, random.Next(1, 49 - column));
    }

    private static HashSet<nint> Elements(Matrix view) =>
    [
        .. from row in Enumerable.Range(0, view.Rows)
           from column in Enumerable.Range(0, NGram.ML.Fused.Memory.Matrix.Padded(view.Columns, view.Lanes))
           select (nint)view[row] + column * sizeof(float),
    ];

    private Matrix Matrix() => workspace.Allocate(4, 8);

    private Piece Piece(string name, object division, params Access[] accesses) => new(_ => Note(name), division, accesses);

    private void Note(string name) => done.Add(name);

    private static int Stages(params Piece[] pieces)
    {
        var schedule = new Schedule();
        schedule.Add(pieces);
        return schedule.Stages;
    }
}
