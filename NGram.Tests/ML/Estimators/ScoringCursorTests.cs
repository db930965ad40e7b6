using System.Collections.Concurrent;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Laws;
using NGram.ML.Estimators;

namespace NGram.Tests.ML.Estimators;

/// <summary>Cursors over predictions, one or a set of them, over inputs that have as many cursors or only one.</summary>
[TestClass]
public sealed class ScoringCursorTests
{
    private const int Rows = 3000;

    private static readonly MLContext Ml = new(seed: 1);
    private static readonly AttentionTransformerOptions Small = new() { Heads = 2, NumberOfEpochs = 2, BatchSize = 64 };
    private static readonly NGramDistribution Law =
        new PowerLaw { VocabularySize = 20, Order = 3 }.CreateDistribution(seed: 1);

    private static IDataView Input(string kind) => kind switch
    {
        "sample" => Ml.NGrams.Sample(Law, Rows),
        // Rows of a cache may be read by any number of cursors, those of a filter by one.
        "cache" => Ml.Data.Cache(Ml.NGrams.Sample(Law, Rows)),
        _ => Ml.Data.SkipRows(Ml.NGrams.Sample(Law, Rows + 10), 10),
    };

    [TestMethod]
    [DataRow("sample")]
    [DataRow("cache")]
    [DataRow("skip")]
    public void A_set_has_as_many_cursors_as_asked_for_and_every_row_once(string kind)
    {
        var data = Input(kind);
        using var model = Ml.MulticlassClassification.Trainers.AttentionTransformer(Small).Fit(data);
        var scored = model.Transform(data);
        string[] expected = [.. Read(scored.GetRowCursor(scored.Schema)).Select(row => row.Text)];
        Assert.HasCount(Rows, expected);
        foreach (int asked in (int[])[1, 2, 3, 7])
        {
            var cursors = scored.GetRowCursorSet(scored.Schema, asked);
            Assert.HasCount(asked, cursors);
            var read = new ConcurrentBag<(string Text, long Batch)[]>();
            Parallel.ForEach(cursors, cursor => read.Add([.. Read(cursor)]));
            CollectionAssert.AreEquivalent(expected, read.SelectMany(rows => rows.Select(row => row.Text)).ToArray());
            // What ML.NET needs to put the rows in order again: batches that rise, each of one cursor.
            foreach (var rows in read)
            {
                long[] order = [.. rows.Select(row => row.Batch)];
                CollectionAssert.AreEqual(order.Order().ToArray(), order);
            }
            int batches = read.Sum(rows => rows.Select(row => row.Batch).Distinct().Count());
            Assert.AreEqual(batches, read.SelectMany(rows => rows.Select(row => row.Batch)).Distinct().Count());
        }
    }

    [TestMethod]
    public void Columns_that_pass_keep_their_rows_whatever_their_type()
    {
        var rows = TextRow.Cycle(1000, seed: 1);
        var words = TextRow.ToKeys(Ml).Append(Ml.Transforms.Concatenate("Both", "Words", "Next"))
            .Fit(Ml.Data.LoadFromEnumerable(rows)).Transform(Ml.Data.LoadFromEnumerable(rows));
        using var model = Ml.MulticlassClassification.Trainers.AttentionTransformer(Small).Fit(words);
        var scored = model.Transform(words);
        int i = 0;
        foreach (var both in scored.GetColumn<ReadOnlyMemory<char>[]>("Both"))
        {
            string[] expected = [.. rows[i].Words, rows[i++].Next];
            CollectionAssert.AreEqual(expected, both.Select(word => word.ToString()).ToArray());
        }
        using var cursor = scored.GetRowCursor([scored.Schema["Next"]]);
        var getter = cursor.GetGetter<ReadOnlyMemory<char>>(scored.Schema["Next"]);
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<float>(scored.Schema["Next"]));
        Assert.Throws<InvalidOperationException>(() => cursor.GetGetter<VBuffer<float>>(scored.Schema["Score"]));
        ReadOnlyMemory<char> next = default;
        Assert.Throws<InvalidOperationException>(() => getter(ref next));
        Assert.IsTrue(cursor.MoveNext());
        getter(ref next);
        Assert.AreEqual(rows[0].Next, next.ToString());
        Assert.AreEqual(0L, cursor.Position);
    }

    private static IEnumerable<(string Text, long Batch)> Read(DataViewRowCursor cursor)
    {
        using (cursor)
        {
            var score = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Score"]);
            var label = cursor.GetGetter<uint>(cursor.Schema["Label"]);
            var id = cursor.GetIdGetter();
            VBuffer<float> scores = default;
            uint key = 0;
            DataViewRowId rowId = default;
            while (cursor.MoveNext())
            {
                score(ref scores);
                label(ref key);
                id(ref rowId);
                yield return ($"{rowId} {key} {string.Join(' ', scores.DenseValues())}", cursor.Batch);
            }
        }
    }
}
