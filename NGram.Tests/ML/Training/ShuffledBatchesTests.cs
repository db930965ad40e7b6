using NGram.Data.Corpora;
using NGram.Data.Sequences;
using NGram.Data.Text;
using NGram.ML.Training.Batches;

namespace NGram.Tests.ML.Training;

[TestClass]
public sealed class ShuffledBatchesTests
{
    private static readonly TokenMatrix Data = new(
        [.. Enumerable.Range(0, 300).Select(i => (ushort)i)],
        contextWindow: 3,
        vocabularySize: 300);

    [TestMethod]
    public void Every_epoch_holds_every_row_once_and_the_last_batch_is_smaller()
    {
        var batches = new ShuffledBatches(Data, batchSize: 32, seed: 1);
        Assert.AreEqual(4, batches.BatchesPerEpoch);
        for (int epoch = 0; epoch < 3; epoch++)
        {
            ushort[] all = [.. Enumerable.Range(0, 4).SelectMany(batch => batches.GetBatch(epoch, batch).ToArray())];
            Assert.AreEqual(4 * 3, batches.GetBatch(epoch, 3).Length);
            CollectionAssert.AreEquivalent(Data.Tokens.ToArray(), all);
            for (int i = 0; i < all.Length; i += 3)
                Assert.IsTrue(all[i] % 3 == 0 && all[i + 1] == all[i] + 1 && all[i + 2] == all[i] + 2, "rows stay whole");
        }
    }

    [TestMethod]
    public void The_order_is_a_function_of_seed_and_epoch()
    {
        ushort[] First(int seed, int epoch) => new ShuffledBatches(Data, 32, seed).GetBatch(epoch, 0).ToArray();
        CollectionAssert.AreEqual(First(1, 2), First(1, 2));
        CollectionAssert.AreNotEqual(First(1, 2), First(1, 3));
        CollectionAssert.AreNotEqual(First(1, 2), First(2, 2));

        var batches = new ShuffledBatches(Data, 32, 1);
        batches.GetBatch(0, 0);
        CollectionAssert.AreEqual(First(1, 2), batches.GetBatch(2, 0).ToArray(), "whatever came before");
    }

    [TestMethod]
    public void A_batch_larger_than_the_data_is_the_data() =>
        Assert.AreEqual(300, new ShuffledBatches(Data, 512, 1).GetBatch(0, 0).Length);

    [TestMethod]
    public void A_view_of_windows_gives_the_batches_of_its_matrix()
    {
        string text = Path.GetTempFileName();
        try
        {
            File.WriteAllText(text, "a rose is a rose is a rose; a nose knows.");
            var windows = Corpus.Read([text, text], new CorpusOptions { Unit = TokenUnit.Character }).Windows(contextWindow: 5);
            Assert.IsFalse(windows.IsHeld);
            ShuffledBatches view = new(windows, 8, seed: 1), matrix = new(windows.ToTokenMatrix(), 8, seed: 1);
            Assert.AreEqual(matrix.BatchesPerEpoch, view.BatchesPerEpoch);
            for (int batch = 0; batch < matrix.BatchesPerEpoch; batch++)
                CollectionAssert.AreEqual(matrix.GetBatch(2, batch).ToArray(), view.GetBatch(2, batch).ToArray());
            Assert.AreEqual(matrix.Fingerprint, view.Fingerprint);
            Assert.AreNotEqual(matrix.Fingerprint, new ShuffledBatches(windows.Take(20), 8, seed: 1).Fingerprint);
        }
        finally
        {
            File.Delete(text);
        }
    }
}
