using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.Tests.Data.Distributions;

namespace NGram.Tests.Data.Laws;

/// <summary>Laws of a random subset of prompts, against the definition.</summary>
[TestClass]
public sealed class PromptSubsetTests
{
    private static readonly PowerLaw Base = new() { VocabularySize = 20 };

    [TestMethod]
    [DataRow(1)]
    [DataRow(37)]
    [DataRow(399)]
    public void A_uniform_law_is_uniform_on_its_subset_and_goes_on_as_before(int prompts)
    {
        var all = Base.CreateDistribution(5);
        var subset = (Base with { Prompts = prompts }).CreateDistribution(5);
        var found = subset.EnumeratePrompts(2).ToList();
        Assert.HasCount(prompts, found);
        Assert.AreEqual(prompts, subset.CountPrompts(2));
        Assert.AreEqual(prompts, found.Select(prompt => (prompt.Tokens[0], prompt.Tokens[1])).Distinct().Count());
        foreach (var prompt in found)
        {
            Assert.AreEqual(1.0 / prompts, prompt.Probability, 1e-15);
            CollectionAssert.AreEqual(LawBruteForce.Row(all, prompt.Tokens), LawBruteForce.Row(subset, prompt.Tokens));
        }
        Assert.AreEqual(0, subset.Entropy());
        Assert.AreEqual(Math.Log(prompts), subset.EntropyAt(0) + subset.EntropyAt(1), 1e-12);
    }

    [TestMethod]
    public void Probabilities_are_the_laws_renormalised()
    {
        var law = new ZipfLaw { VocabularySize = 9, Alphas = [-1, -1.5, 1], Supports = [7, 5, 3] };
        var masses = law.CreateDistribution(3).EnumeratePrompts(2).ToDictionary(Text, prompt => prompt.Probability);
        Assert.HasCount(35, masses);
        var subset = (law with { Prompts = 12 }).CreateDistribution(3).EnumeratePrompts(2).ToList();
        Assert.HasCount(12, subset);
        double kept = subset.Sum(prompt => masses[Text(prompt)]);
        Assert.IsInRange(0.01, 0.99, kept);
        foreach (var prompt in subset)
            Assert.AreEqual(masses[Text(prompt)] / kept, prompt.Probability, 1e-14);
    }

    [TestMethod]
    public void A_smaller_subset_is_a_part_of_every_larger_one_and_all_prompts_are_the_law_itself()
    {
        HashSet<string> smaller = [];
        foreach (int prompts in (int[])[1, 2, 50, 51, 300, 400])
        {
            var distribution = (Base with { Prompts = prompts }).CreateDistribution(8);
            var larger = distribution.EnumeratePrompts(2).Select(Text).ToHashSet();
            Assert.IsTrue(smaller.IsSubsetOf(larger));
            smaller = larger;
            Assert.AreEqual(prompts == 400, distribution.Levels[1].IsUniform);
        }
    }

    [TestMethod]
    public void Every_prompt_is_drawn_equally_often()
    {
        // 2,000 seeds of 9 of 36 prompts: 500 expected each, standard deviation 19.4; five of them.
        int[] counts = new int[36];
        for (int seed = 0; seed < 2000; seed++)
        {
            foreach (var prompt in new PowerLaw { VocabularySize = 6, Prompts = 9 }.CreateDistribution(seed).EnumeratePrompts(2))
                counts[prompt.Tokens[0] * 6 + prompt.Tokens[1]]++;
        }
        Assert.IsTrue(counts.All(count => Math.Abs(count - 500) < 97), string.Join(" ", counts));
    }

    [TestMethod]
    public void A_sample_has_the_subsets_prompts_alone_and_equally_often()
    {
        var distribution = (Base with { Prompts = 25 }).CreateDistribution(4);
        var prompts = distribution.EnumeratePrompts(2).ToDictionary(Text, _ => 0);
        var sample = new SequenceSampler(distribution, 3, seed: 6).Sample(50_000);
        for (int row = 0; row < sample.Rows; row++)
        {
            var tokens = sample[row];
            prompts[$"{tokens[0]} {tokens[1]}"]++;
            Assert.AreEqual(1, LawBruteForce.Row(distribution, [tokens[0], tokens[1]])[tokens[2]]);
        }
        // 2,000 expected each, standard deviation 44; five of them.
        Assert.IsTrue(prompts.Values.All(count => Math.Abs(count - 2000) < 220), string.Join(" ", prompts.Values));
    }

    [TestMethod]
    [DataRow(3, 0, "Prompts is 0; it must be from 1 to 400, which is 20^2.")]
    [DataRow(3, 401, "Prompts is 401; it must be from 1 to 400, which is 20^2.")]
    [DataRow(1, 1, "Prompts is 1; it must be left out for an Order of 1, which has no prompts.")]
    public void A_number_that_is_not_possible_is_refused(int order, int prompts, string message)
    {
        var exception = Assert.ThrowsExactly<OptionException>((Base with { Order = order, Prompts = prompts }).Validate);
        Assert.StartsWith(message, exception.Message);
    }

    [TestMethod]
    public void More_prompts_than_the_supports_leave_are_refused()
    {
        var law = Base with { Supports = [4, 5, 1], Prompts = 21 };
        law.Validate();
        var exception = Assert.ThrowsExactly<OptionException>(() => law.CreateDistribution(1));
        Assert.StartsWith("Prompts is 21; it must be from 1 to 20.", exception.Message);
        Assert.AreEqual(20, (law with { Prompts = 20 }).CreateDistribution(1).CountPrompts(2));
    }

    private static string Text(Prompt prompt) => string.Join(' ', prompt.Tokens);
}
