using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.Data.Sequences;
using NGram.Data.Views;
using NGram.Tests.Data.Distributions;

namespace NGram.Tests.Data.Views;

[TestClass]
public sealed class SequenceDataViewTests
{
    private const int Rows = 10_000;
    private readonly SequenceSampler sampler = new(LawCases.Create("explicit"), 4, seed: 5);

    private SequenceDataView View => new(sampler, Rows);

    [TestMethod]
    public void The_schema_is_that_of_sequences()
    {
        var view = View;
        Assert.AreEqual((long?)Rows, view.GetRowCount());
        var context = (VectorDataViewType)view.Schema[SequenceColumns.Context].Type;
        Assert.AreEqual((3, 5UL), (context.Size, ((KeyDataViewType)context.ItemType).Count));
        Assert.AreEqual(5UL, ((KeyDataViewType)view.Schema[SequenceColumns.Label].Type).Count);
        foreach (var column in view.Schema)
        {
            VBuffer<int> values = default;
            column.GetKeyValues(ref values);
            CollectionAssert.AreEqual(new[] { 0, 1, 2, 3, 4 }, values.DenseValues().ToArray());
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_cursor_gives_the_samplers_rows_as_keys(bool held)
    {
        var view = held ? new SequenceDataView(sampler.Sample(Rows)) : View;
        var expected = sampler.Sample(Rows);
        var read = Read(view.GetRowCursor(view.Schema));
        Assert.HasCount(Rows, read);
        for (int i = 0; i < Rows; i++)
        {
            CollectionAssert.AreEqual(expected[i].ToArray(), read[i].Tokens);
            Assert.AreEqual((ulong)i, read[i].Id);
        }
        CollectionAssert.AreEqual(expected.Tokens.ToArray(), view.ToTokenMatrix(threads: 2).Tokens.ToArray());
        Assert.AreEqual(held, view.Sampler is null);
    }

    [TestMethod]
    public void Shuffling_visits_every_row_once_in_an_order_of_the_seed()
    {
        var (expected, view) = (sampler.Sample(Rows), View);
        var order = Read(view.GetRowCursor(view.Schema, new Random(3)));
        CollectionAssert.AreEquivalent(Enumerable.Range(0, Rows).Select(i => (ulong)i).ToList(), order.ConvertAll(row => row.Id));
        foreach (var row in order)
            CollectionAssert.AreEqual(expected[(int)row.Id].ToArray(), row.Tokens);
        CollectionAssert.AreEqual(
            order.ConvertAll(r => r.Id),
            Read(view.GetRowCursor(view.Schema, new Random(3))).ConvertAll(r => r.Id));
        CollectionAssert.AreNotEqual(
            order.ConvertAll(r => r.Id),
            Read(view.GetRowCursor(view.Schema, new Random(4))).ConvertAll(r => r.Id));
        Assert.IsLessThan(
            20,
            order.Where((row, i) => row.Id == (ulong)i).Count(),
            "one fixed point is expected, not an order kept");
    }

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(2, false)]
    [DataRow(3, true)]
    [DataRow(50, true)]
    public void Cursor_sets_merge_by_batch_into_the_single_cursors_order(int count, bool shuffled)
    {
        var view = View;
        var single = Read(view.GetRowCursor(view.Schema, shuffled ? new Random(8) : null)).ConvertAll(row => row.Id);
        var set = view.GetRowCursorSet(view.Schema, count, shuffled ? new Random(8) : null);
        Assert.IsTrue(set.Length <= count);
        var parts = set.Select(Read).ToList();
        Assert.IsTrue(parts.All(part => part.Zip(part.Skip(1)).All(pair => pair.First.Batch <= pair.Second.Batch)));
        Assert.IsTrue(
            parts
                .SelectMany(part => part.Select(row => row.Batch).Distinct())
                .CountBy(batch => batch)
                .All(pair => pair.Value == 1));
        CollectionAssert.AreEqual(
            single,
            parts.SelectMany(part => part).OrderBy(row => row.Batch).Select(row => row.Id).ToList());
    }

    [TestMethod]
    public void A_cursor_says_where_it_stands()
    {
        var view = new SequenceDataView(sampler, 2);
        using var cursor = view.GetRowCursor([view.Schema[SequenceColumns.Label]]);
        var label = cursor.GetGetter<uint>(view.Schema[SequenceColumns.Label]);
        uint value = 0u;
        Assert.AreEqual(-1, cursor.Position);
        Assert.ThrowsExactly<InvalidOperationException>(() => label(ref value));
        Assert.IsTrue(cursor.MoveNext() && cursor.MoveNext());
        Assert.AreEqual(1, cursor.Position);
        Assert.IsFalse(cursor.MoveNext() || cursor.MoveNext());
        Assert.AreEqual(-1, cursor.Position);
        Assert.ThrowsExactly<InvalidOperationException>(() => label(ref value));
        Assert.IsFalse(cursor.IsColumnActive(view.Schema[SequenceColumns.Context]));
        Assert.ThrowsExactly<InvalidOperationException>(() =>
            cursor.GetGetter<VBuffer<uint>>(view.Schema[SequenceColumns.Context]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<float>(view.Schema[SequenceColumns.Label]));
    }

    [TestMethod]
    public void Bad_arguments_and_no_rows()
    {
        Assert.IsEmpty(Read(new SequenceDataView(sampler, 0).GetRowCursor(View.Schema)));
        Assert.HasCount(1, new SequenceDataView(sampler, 0).GetRowCursorSet(View.Schema, 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceDataView(sampler, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SequenceDataView(new TokenMatrix([1, 2], 1, 5)));
        Assert.ThrowsExactly<ArgumentException>(() => new SequenceDataView(sampler, long.MaxValue / 8).ToTokenMatrix());
    }

    [TestMethod]
    public void Tokens_and_keys_are_one_apart()
    {
        Assert.AreEqual((1u, 65_536u), (TokenKey.Of(0), TokenKey.Of(ushort.MaxValue)));
        Assert.AreEqual((65_535, -1, -1), (TokenKey.ToToken(65_536u), TokenKey.ToToken(0u), TokenKey.ToToken((byte)0)));
    }

    private static List<(ushort[] Tokens, ulong Id, long Batch)> Read(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            var rows = new List<(ushort[], ulong, long)>();
            var (context, label, id) = (
                cursor.GetGetter<VBuffer<uint>>(cursor.Schema[SequenceColumns.Context]),
                cursor.GetGetter<uint>(cursor.Schema[SequenceColumns.Label]),
                cursor.GetIdGetter());
            VBuffer<uint> contextKeys = default;
            var (labelKey, rowId) = (0u, default(DataViewRowId));
            while (cursor.MoveNext())
            {
                Assert.AreEqual(rows.Count, cursor.Position);
                context(ref contextKeys);
                label(ref labelKey);
                id(ref rowId);
                rows.Add(
                    ([.. contextKeys.DenseValues().Append(labelKey).Select(key => (ushort)(key - 1))], rowId.Low, cursor.Batch));
            }
            return rows;
        }
    }
}
