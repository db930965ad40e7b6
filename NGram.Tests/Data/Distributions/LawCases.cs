using NGram.Data.Laws;

namespace NGram.Tests.Data.Distributions;

/// <summary>The laws that every contract is checked on: each kind, orders 1 to 4, uniform, look-up and dense levels.</summary>
internal static class LawCases
{
    public static IReadOnlyDictionary<string, NGramLaw> All { get; } =
        new Dictionary<string, NGramLaw>
        {
            ["notebook, smaller"] = new PowerLaw { VocabularySize = 7 },
            ["power, order 1"] = new PowerLaw
            {
                VocabularySize = 6,
                Order = 1,
                Alphas = [0.6],
                Supports = [5],
            },
            ["power, order 2"] = new PowerLaw
            {
                VocabularySize = 8,
                Order = 2,
                Alphas = [0.8, 1],
                Supports = [8, 3],
            },
            ["power, order 3, full supports"] = new PowerLaw
            {
                VocabularySize = 6,
                Alphas = [0.9, 0.9, 0.9],
                Supports = [6, 6, 6],
            },
            ["power, order 4"] = new PowerLaw
            {
                VocabularySize = 4,
                Order = 4,
                Alphas = [1, 0.5, 2, 0.7],
                Supports = [3, 99, 2, 4],
            },
            ["power, alpha 0"] = new PowerLaw
            {
                VocabularySize = 5,
                Alphas = [1, 0, 1],
                Supports = [5, 5, 5],
            },
            ["zipf"] = new ZipfLaw
            {
                VocabularySize = 6,
                Alphas = [-1, -1.5, 0.5],
                Supports = [6, 4, 5],
            },
            ["zipf, order 2"] = new ZipfLaw
            {
                VocabularySize = 9,
                Order = 2,
                Alphas = [-1, -1],
                Supports = [9, 9],
            },
            ["random head"] = new RandomHeadLaw
            {
                VocabularySize = 6,
                Importance = 0.8,
                HeadTokens = 4,
            },
            ["random head, supports"] = new RandomHeadLaw
            {
                VocabularySize = 5,
                Order = 4,
                Importance = 1.3,
                HeadTokens = 50,
                Supports = [5, 2, 3],
            },
            ["random head, order 1"] = new RandomHeadLaw { VocabularySize = 6, Order = 1 },
            ["subset of prompts"] = new PowerLaw { VocabularySize = 7, Prompts = 11 },
            ["subset of prompts, order 2"] = new ZipfLaw { VocabularySize = 8, Order = 2, Alphas = [-1, -1], Prompts = 3 },
            ["subset of prompts, order 4"] = new PowerLaw
            {
                VocabularySize = 4,
                Order = 4,
                Alphas = [1, 0.5, 2, 0.7],
                Supports = [3, 99, 2, 4],
                Prompts = 9,
            },
            ["subset of a random head's prompts"] = new RandomHeadLaw { VocabularySize = 6, Prompts = 35 },
            ["subset of explicit prompts"] = LawBruteForce.RandomRows(5, 3, seed: 7) with { Prompts = 10 },
            ["explicit"] = LawBruteForce.RandomRows(5, 3, seed: 3),
            ["explicit, order 2"] = LawBruteForce.RandomRows(7, 2, seed: 4),
            ["explicit, order 4"] = LawBruteForce.RandomRows(4, 4, seed: 5),
            ["explicit, order 1"] = LawBruteForce.RandomRows(9, 1, seed: 6),
            ["explicit look-up"] = ExplicitLaw.Of(3, [0.5, 0.25, 0.25], [0, 1, 0, 1, 0, 0, 0, 0, 1]),
        };

    /// <summary>For DynamicData.</summary>
    public static IEnumerable<object[]> Names => All.Keys.Select(name => new object[] { name });

    /// <summary>The distribution of a case.</summary>
    public static NGramDistribution Create(string name, int seed = 11) => All[name].CreateDistribution(seed);
}
