using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Operations;
using NGram.ML.Fused.Vectors;

namespace NGram.Tests.ML.Fused;

/// <summary>Unembedding and both losses against the closed form in double, at ordinary and at saturated logits.</summary>
internal abstract unsafe class LossTests<V> where V : struct, IFloats<V>
{
    private const int Vocabulary = 5, Dimension = 3;

    /// <summary>Three contexts, followed by one, three and two tokens; the token before is the context.</summary>
    private static readonly ushort[] Tokens = [0, 4, 1, 2, 1, 2, 1, 0, 2, 3, 2, 3];

    [TestMethod]
    [DataRow(1.0, false)]
    [DataRow(20.0, false)]
    [DataRow(1.0, true)]
    [DataRow(20.0, true)]
    public void Gradient_is_that_of_the_closed_form(double scale, bool fullDistribution)
    {
        using var workspace = new Workspace(V.Count);
        var random = new Random(4);
        Variable state = Random(workspace, 3, scale, random), weight = Random(workspace, Vocabulary, 1, random);
        var targets = new Targets(6);
        foreach (var group in Enumerable.Range(0, 6).GroupBy(i => Tokens[2 * i]))
        {
            targets.BeginRow(2 * group.First() + 1);
            foreach (int i in group)
                targets.Add(Tokens[2 * i + 1], 2 * i + 1);
        }
        var law = new RandomModels.Law(2, Vocabulary);
        var unembedding = new Unembedding<V>(workspace, state, weight);
        Loss loss;
        if (fullDistribution)
        {
            var distributionLoss = new DistributionLoss<V>(workspace, unembedding, targets, 6, law);
            distributionLoss.Read(Tokens, []);
            loss = distributionLoss;
        }
        else
        {
            loss = new NextTokenLoss<V>(workspace, unembedding, targets, 6);
        }
        unembedding.Forward();
        loss.Forward();
        loss.Complete();

        double expectedLoss = 0, hits = 0;
        for (int x = 0; x < 3; x++)
        {
            double[] logits = Enumerable.Range(0, Vocabulary).Select(t =>
                Enumerable.Range(0, Dimension).Sum(i => (double)state.Value[x][i] * weight.Value[t][i])).ToArray();
            double max = logits.Max(), sum = logits.Sum(l => Math.Exp(l - max));
            double[] p = logits.Select(l => Math.Exp(l - max) / sum).ToArray();
            double[] expected = new double[Vocabulary];
            for (int i = targets.First[x]; i < targets.First[x + 1]; i++)
            {
                double[] target = new double[Vocabulary];
                target[targets.Next[i]] = 1;
                if (fullDistribution)
                    law.GetProbabilities([(ushort)x], target);
                hits += p[targets.Next[i]] == p.Max() ? 1 : 0;
                for (int t = 0; t < Vocabulary; t++)
                {
                    expectedLoss -= target[t] * Math.Log(p[t] + 1e-12) / 6;
                    double factor = target[t] * p[t] / (p[t] + 1e-12) / 6;
                    for (int other = 0; other < Vocabulary; other++)
                        expected[other] -= factor * ((other == t ? 1 : 0) - p[other]);
                }
            }
            for (int t = 0; t < Vocabulary; t++)
            {
                // Relative, so that 1 - p near 1 and p near 0 count; logits near 50 are exact to 4e-6.
                Assert.AreEqual(
                    expected[t],
                    unembedding.Logits[t][x],
                    2e-5 * Math.Abs(expected[t]) + 2e-7 * (scale == 1 ? 1 : 1e-2),
                    $"{t}, {x}");
            }
        }
        Assert.AreEqual(expectedLoss, loss.CrossEntropy, 1e-6 * (1 + expectedLoss));
        Assert.AreEqual(hits / 6, loss.Accuracy, 1e-12);
    }

    [TestMethod]
    public void Unembedding_passes_the_gradient_on()
    {
        using var bench = new OperationBench(V.Count);
        Variable state = bench.Input("state", 11, Dimension, accumulates: false),
            weight = bench.Input("weight", Vocabulary, Dimension);
        var unembedding = new Unembedding<V>(bench.Workspace, state, weight);
        var logits = new Variable(new RowSet(Vocabulary), unembedding.Logits, unembedding.Logits, accumulates: false);
        bench.Check(unembedding, logits);
    }

    private static Variable Random(Workspace workspace, int rows, double scale, Random random)
    {
        var variable = new Variable(
            new RowSet(rows), workspace.Allocate(rows, Dimension), workspace.Allocate(rows, Dimension), accumulates: true);
        for (int row = 0; row < rows; row++)
        {
            for (int i = 0; i < Dimension; i++)
                variable.Value[row][i] = (float)(scale * (2 * random.NextDouble() - 1));
        }

        return variable;
    }
}

[TestClass]
internal sealed class LossTests4 : LossTests<Floats4>;

[TestClass]
internal sealed class LossTests8 : LossTests<Floats8>;

[TestClass]
internal sealed class LossTests16 : LossTests<Floats16>;
