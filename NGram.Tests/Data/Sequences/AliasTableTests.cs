using NGram.Data.Sequences;

namespace NGram.Tests.Data.Sequences;

[TestClass]
public sealed class AliasTableTests
{
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(7, 2)]
    [DataRow(64, 3)]
    [DataRow(1000, 4)]
    public void The_table_holds_the_weights_exactly(int count, int seed)
    {
        var random = new Random(seed);
        double[] weights =
        [
            .. Enumerable.Range(0, count).Select(i => i > 0 && random.Next(3) == 0 ? 0 : Math.Pow(random.NextDouble(), 5) + 1e-9),
        ];
        ulong[] table = new ulong[count];
        AliasTable.Build(weights, table);
        double[] masses = new double[count];
        for (int i = 0; i < count; i++)
        {
            double threshold = (table[i] >> 32) / 4294967296.0;
            masses[i] += threshold / count;
            masses[(int)(uint)table[i]] += (1 - threshold) / count;
        }
        // A coin has 2^32 sides.
        for (int i = 0; i < count; i++)
            Assert.AreEqual(weights[i] / weights.Sum(), masses[i], 1e-9);
        Assert.IsTrue(Enumerable.Range(0, count).All(i => weights[i] > 0 || (table[i] >> 32 == 0 && masses[i] == 0)));
    }

    [TestMethod]
    public void Draws_take_the_entry_below_the_threshold_and_the_alias_above()
    {
        ulong[] table = new ulong[2];
        AliasTable.Build([0.25, 0.75], table);
        Assert.AreEqual(0u, AliasTable.Draw(table, 0x0000_0000_7FFF_FFFF));
        Assert.AreEqual(1u, AliasTable.Draw(table, 0x0000_0000_8000_0000));
        Assert.AreEqual(1u, AliasTable.Draw(table, 0x8000_0000_0000_0000));
        Assert.AreEqual(1u, AliasTable.Draw(table, ulong.MaxValue));
    }
}
