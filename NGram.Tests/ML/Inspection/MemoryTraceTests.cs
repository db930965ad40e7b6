using Microsoft.ML;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Estimators;
using NGram.ML.Inspection;
using NGram.ML.Models;
using NGram.ML.Training.Snapshots;

namespace NGram.Tests.ML.Inspection;

/// <summary>What is held and when, counted again from the snapshots by libtorch.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class MemoryTraceTests
{
    private const int N = 8;

    private static readonly NGramDistribution Law = new PowerLaw
    {
        VocabularySize = N,
        Alphas = [0.9, 0.8, 0.5],
        Supports = [N, N, 3],
    }.CreateDistribution(seed: 1);

    private static readonly AttentionTransformerOptions Options = new()
    {
        Distribution = Law,
        EmbeddingDimension = 6,
        HeadDimension = 6,
        Heads = 4,
        NumberOfEpochs = 6,
        BatchSize = 50,
    };

    [TestMethod]
    public void Each_prompt_has_the_steps_at_which_it_was_first_and_last_learned()
    {
        List<TrainingSnapshot> snapshots = [];
        using var model = Train(Options with { Snapshots = new() { Every = 7, Receive = snapshots.Add } });
        CollectionAssert.AreEqual(
            Enumerable.Range(0, 19).Select(i => Math.Min(7 * i, 120)).ToArray(), snapshots.Select(one => one.Step).ToArray(),
            "before the first batch, every 7, after the last of 120");

        var trace = new MemoryTrace(Law, model.Architecture);
        snapshots.ForEach(trace.Add);
        var prompts = Law.EnumeratePrompts(2).ToList();
        bool[][] held = [.. snapshots.Select(snapshot => Held(model.Architecture, snapshot, prompts))];
        CollectionAssert.AreEqual(
            held.Select(one => one.LongCount(x => x)).ToArray(), trace.Moments.Select(moment => moment.Facts).ToArray());
        for (int i = 0; i < prompts.Count; i++)
        {
            int first = Array.FindIndex(held, one => one[i]);
            int last = Enumerable.Range(0, held.Length)
                .LastOrDefault(step => held[step][i] && (step == 0 || !held[step - 1][i]), -1);
            CollectionAssert.AreEqual(prompts[i].Tokens, trace.Prompts[i].Prompt.ToArray());
            Assert.AreEqual(first < 0 ? null : snapshots[first].Step, trace.Prompts[i].FirstLearned);
            Assert.AreEqual(last < 0 ? null : snapshots[last].Step, trace.Prompts[i].LastLearned);
            Assert.AreEqual(held[^1][i], trace.Prompts[i].IsMemorised);
        }
        Assert.IsTrue(trace.Prompts.Any(prompt => prompt.FirstLearned != prompt.LastLearned), "or some of it shows nothing");
        Assert.AreEqual(19, trace.ToDataFrame().Rows.Count);
        Assert.AreEqual(N * N, trace.PromptsToDataFrame().Rows.Count);
    }

    [TestMethod]
    public void Distances_are_those_of_the_definitions()
    {
        using var model = Train(Options);
        var moment = new MLContext().NGrams.Memory(model, Law).Moments[0];
        using var module = NextTokenModel.Create(model.Architecture, model.Parameters);
        double[,] lastToken = new double[N, N];
        double[] mass = new double[N], pi = new double[N];
        foreach (var prompt in Law.EnumeratePrompts(2))
        {
            Law.GetProbabilities(prompt.Tokens, pi);
            mass[prompt.Tokens[1]] += prompt.Probability;
            for (int t = 0; t < N; t++)
                lastToken[prompt.Tokens[1], t] += prompt.Probability * pi[t];
        }
        double law = 0, uniform = 0, last = 0;
        foreach (var prompt in Law.EnumeratePrompts(2))
        {
            Law.GetProbabilities(prompt.Tokens, pi);
            double[] logits = module.Logits(prompt.Tokens, 2)[^N..];
            double sum = Math.Log(logits.Sum(Math.Exp));
            double Distance(Func<int, double> q) => Enumerable.Range(0, N).Where(t => q(t) > 0)
                .Sum(t => q(t) * (Math.Log(q(t)) - logits[t] + sum)) * prompt.Probability;
            law += Distance(t => pi[t]);
            uniform += Distance(_ => 1.0 / N);
            last += Distance(t => lastToken[prompt.Tokens[1], t] / mass[prompt.Tokens[1]]);
        }
        Assert.AreEqual(law, moment.DivergenceFromLaw, 1e-5);
        Assert.AreEqual(uniform, moment.DivergenceFromUniform, 1e-5);
        Assert.AreEqual(last, moment.DivergenceFromLastToken, 1e-5);
        Assert.IsNull(moment.Step);
    }

    [TestMethod]
    public void Looking_changes_nothing_of_the_training()
    {
        using var alone = Train(Options);
        using var seen = Train(Options with { Snapshots = new() { Every = 1, Receive = _ => { } } });
        foreach (string name in alone.Parameters.Keys)
            CollectionAssert.AreEqual(alone.Parameters[name].Values, seen.Parameters[name].Values, name);
        var never = Options with { Snapshots = new() { Every = 0, Receive = _ => { } } };
        var error = Assert.Throws<ArgumentException>(() => Train(never));
        Assert.Contains("TrackEvery is 0; it must be at least 1", error.Message);
    }

    private static NextTokenTransformer Train(AttentionTransformerOptions options)
    {
        var ml = new MLContext(seed: 1);
        return ml.MulticlassClassification.Trainers.AttentionTransformer(options).Fit(ml.NGrams.Sample(Law, rows: 1000, seed: 1));
    }

    private static bool[] Held(Architecture architecture, TrainingSnapshot snapshot, List<Prompt> prompts)
    {
        using var module = NextTokenModel.Create(architecture, snapshot.Parameters);
        double[] pi = new double[N];
        return [.. prompts.Select(prompt =>
        {
            Law.GetProbabilities(prompt.Tokens, pi);
            double[] logits = module.Logits(prompt.Tokens, 2)[^N..];
            return pi[Array.IndexOf(logits, logits.Max())] == pi.Max();
        })];
    }
}
