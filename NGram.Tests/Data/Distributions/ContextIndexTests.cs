using NGram.Data.Distributions;

namespace NGram.Tests.Data.Distributions;

[TestClass]
public sealed class ContextIndexTests
{
    [TestMethod]
    [DataRow(new ushort[] { }, 0L, 0L)]
    [DataRow(new ushort[] { 7 }, 7L, 7L)]
    [DataRow(new ushort[] { 3, 4 }, 43L, 34L)]
    [DataRow(new ushort[] { 1, 2, 3 }, 321L, 123L)]
    [DataRow(new ushort[] { 9, 0, 0, 5 }, 5009L, 9005L)]
    public void The_oldest_token_counts_least_in_the_index_and_most_in_the_row(ushort[] context, long index, long row)
    {
        Assert.AreEqual(index, ContextIndex.Of(context, 10));
        Assert.AreEqual(row, ContextIndex.RowOf(context, 10));
        ushort[] decoded = new ushort[context.Length];
        ContextIndex.Decode(row, 10, decoded);
        CollectionAssert.AreEqual(context, decoded);
    }

    [TestMethod]
    public void Bad_tokens_and_overflow_are_errors()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ContextIndex.Of([3, 10], 10));
        Assert.ThrowsExactly<OverflowException>(() => ContextIndex.Of([9, 9, 9, 9, 9], 65_536));
    }
}
