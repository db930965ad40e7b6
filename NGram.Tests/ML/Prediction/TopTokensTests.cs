using NGram.ML.Prediction;

namespace NGram.Tests.ML.Prediction;

[TestClass]
public sealed class TopTokensTests
{
    [TestMethod]
    [DataRow(30, DisplayName = "few places")]
    [DataRow(300, DisplayName = "many places")]
    public void The_best_tokens_are_those_of_a_sort(int most)
    {
        var random = new Random(1);
        for (int run = 0; run < 200; run++)
        {
            // Few values, so that ties abound.
            float[] scores = [.. Enumerable.Range(0, random.Next(1, most)).Select(_ => (float)random.Next(6))];
            int[] top = new int[random.Next(1, scores.Length + 1)];
            TopTokens.Find(scores, top);
            CollectionAssert.AreEqual(
                Enumerable.Range(0, scores.Length).OrderByDescending(token => scores[token]).Take(top.Length).ToArray(),
                top);
            Assert.AreEqual(top[0], TopTokens.Best([.. scores.Select(score => (double)score)]));
        }
    }

    [TestMethod]
    public void A_rank_counts_the_better_tokens_and_the_equal_ones_before()
    {
        var random = new Random(3);
        foreach (int length in Enumerable.Range(1, 70))
        {
            // Few values, so that many are equal.
            float[] scores = [.. Enumerable.Range(0, length).Select(_ => random.Next(4) / 4f)];
            var order = Enumerable.Range(0, length).OrderByDescending(token => scores[token]).ThenBy(token => token).ToList();
            for (int token = 0; token < length; token++)
            {
                Assert.AreEqual(order.IndexOf(token), TopTokens.Rank<float>(scores, token), $"{token} of {length}");
                double[] wide = [.. scores.Select(score => (double)score)];
                Assert.AreEqual(order.IndexOf(token), TopTokens.Rank<double>(wide, token), $"{token} of {length}, double");
            }
        }
    }
}
