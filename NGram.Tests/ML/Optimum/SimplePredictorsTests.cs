using Microsoft.ML;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.Data.Views;
using NGram.ML.Models;
using NGram.ML.Optimum;

namespace NGram.Tests.ML.Optimum;

[TestClass]
public sealed class SimplePredictorsTests
{
    private static readonly NGramDistribution Law = new PowerLaw
    {
        VocabularySize = 5,
        Order = 3,
        Alphas = [0.6, 0.7, 0.5],
        Supports = [5, 4, 3],
    }.CreateDistribution(4);

    [TestMethod]
    public void The_best_predictors_of_a_class_are_those_of_loops_over_prompts()
    {
        var predictors = SimplePredictors.Of(Law, Model, sample: null)!;
        Assert.AreEqual(Divergence(prompt => 0), predictors.ContextFree, 1e-12);
        Assert.AreEqual(Divergence(prompt => prompt[^1]), predictors.LastToken, 1e-12);
        Assert.IsLessThan(predictors.ContextFree, predictors.LastToken);
        Assert.IsNull(predictors.AddK);
    }

    [TestMethod]
    public void Estimators_on_a_sample_are_near_the_law_where_it_is_large_and_below_no_one_where_it_is_small()
    {
        var ml = new MLContext(1);
        SimplePredictors On(int rows) =>
            SimplePredictors.Of(Law, Model, (SequenceDataView)ml.NGrams.Sample(Law, rows, seed: 2))!;
        Assert.IsInRange(0, 2e-3, On(100_000).AddK!.Value);
        Assert.IsInRange(0, 2e-3, On(100_000).KneserNey!.Value);
        Assert.IsGreaterThan(0.1, On(20).AddK!.Value);
        Assert.IsGreaterThan(On(100_000).KneserNey!.Value, On(20).KneserNey!.Value);
    }

    [TestMethod]
    public void Add_k_is_that_of_counts_by_hand()
    {
        // Rows (0, 0), (0, 1), (1, 1): after 0 one of each, after 1 one 1. With k = 0.01: a half each, and (0.01, 1.01) / 1.02.
        var law = ExplicitLaw.Of(2, [0.5, 0.5], [0.25, 0.75, 0.5, 0.5]).CreateDistribution(1);
        var sample = new SequenceDataView(new([0, 0, 0, 1, 1, 1], 2, 2));
        var model = Model with { VocabularySize = 2, ContextWindow = 2, Order = 2 };
        double first = 0.25 * Math.Log(0.25 / 0.5) + 0.75 * Math.Log(0.75 / 0.5);
        double second = 0.5 * Math.Log(0.5 * 1.02 / 0.01) + 0.5 * Math.Log(0.5 * 1.02 / 1.01);
        Assert.AreEqual((first + second) / 2, SimplePredictors.Of(law, model, sample)!.AddK!.Value, 1e-9);
    }

    private static double Divergence(Func<ushort[], int> classOf)
    {
        var means = new Dictionary<int, double[]>();
        double[] law = new double[5];
        foreach (var prompt in Law.EnumeratePrompts(2))
        {
            Law.GetProbabilities(prompt.Tokens, law);
            double[] mean = means.TryGetValue(classOf(prompt.Tokens), out double[]? known)
                ? known
                : means[classOf(prompt.Tokens)] = new double[5];
            for (int token = 0; token < 5; token++)
                mean[token] += prompt.Probability * law[token];
        }
        double sum = 0;
        foreach (var prompt in Law.EnumeratePrompts(2))
        {
            Law.GetProbabilities(prompt.Tokens, law);
            double[] mean = means[classOf(prompt.Tokens)];
            for (int token = 0; token < 5; token++)
                sum += law[token] > 0 ? prompt.Probability * law[token] * Math.Log(law[token] * mean.Sum() / mean[token]) : 0;
        }
        return sum;
    }

    private static TransformerArchitecture Model { get; } = new()
    {
        VocabularySize = 5,
        ContextWindow = 3,
        Order = 3,
        Options = new(),
    };
}
