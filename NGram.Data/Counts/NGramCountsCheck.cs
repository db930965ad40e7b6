namespace NGram.Data.Counts;

/// <summary>Whether levels from a file hang together as those of a text do: all that the distribution's code relies on.</summary>
internal static class NGramCountsCheck
{
    /// <exception cref="InvalidDataException">They do not; the message names the tensor and the entry.</exception>
    public static void Run(int vocabularySize, IReadOnlyList<NGramCountLevel> levels)
    {
        for (int k = 0; k < levels.Count; k++)
        {
            var (level, name) = (levels[k], FormattableString.Invariant($"ngram_{k}"));
            CheckBegins(level, name, k == 0 ? 1 : levels[k - 1].Grams);
            CheckTokens(level, name, vocabularySize);
            CheckSums(level.Occurrences, $"{name}.occurrences", level.Grams);
            if (level.Continuations is { } continuations)
                CheckSums(continuations, $"{name}.continuations", level.Grams);
            if (k > 0)
                CheckSuffixes(levels, k, name);
        }
    }

    private static void CheckBegins(NGramCountLevel level, string name, int contexts)
    {
        int[] begins = level.Begins;
        Demand(level.Grams > 0, $"{name}.tokens", $"is empty");
        Demand(begins.Length == contexts + 1L, $"{name}.begins", $"has {begins.Length} entries; it must have {contexts + 1L}");
        Demand(
            begins[0] == 0 && begins[^1] == level.Grams,
            $"{name}.begins",
            $"goes from {begins[0]} to {begins[^1]}; it must go from 0 to {level.Grams}");
        for (int context = 0; context < contexts; context++)
            Demand(begins[context] <= begins[context + 1], $"{name}.begins", $"falls at entry {context + 1}");
    }

    private static void CheckTokens(NGramCountLevel level, string name, int vocabularySize)
    {
        for (int context = 0; context < level.Contexts; context++)
        {
            for (int gram = level.Begins[context]; gram < level.Begins[context + 1]; gram++)
            {
                Demand(
                    level.Tokens[gram] < vocabularySize,
                    $"{name}.tokens",
                    $"holds {level.Tokens[gram]} at entry {gram}; a token must be below {vocabularySize}");
                Demand(
                    gram == level.Begins[context] || level.Tokens[gram - 1] < level.Tokens[gram],
                    $"{name}.tokens",
                    $"does not rise at entry {gram}");
            }
        }
    }

    private static void CheckSums(uint[] sums, string name, int grams)
    {
        Demand(sums.Length == grams + 1L, name, $"has {sums.Length} entries; it must have {grams + 1L}");
        Demand(sums[0] == 0, name, $"begins with {sums[0]}; it must begin with 0");
        for (int i = 1; i < sums.Length; i++)
            Demand(sums[i - 1] < sums[i], name, $"does not rise at entry {i}");
    }

    /// <summary>The suffix of the gram (context, token) must be the gram (suffix of the context, token).</summary>
    private static void CheckSuffixes(IReadOnlyList<NGramCountLevel> levels, int k, string name)
    {
        var (level, below) = (levels[k], levels[k - 1]);
        Demand(
            level.Suffixes.Length == level.Grams,
            $"{name}.suffixes",
            $"has {level.Suffixes.Length} entries; it must have {level.Grams}");
        for (int context = 0; context < level.Contexts; context++)
        {
            int shorter = k == 1 ? 0 : below.Suffixes[context];
            for (int gram = level.Begins[context]; gram < level.Begins[context + 1]; gram++)
            {
                int suffix = level.Suffixes[gram];
                Demand(
                    suffix >= below.Begins[shorter]
                        && suffix < below.Begins[shorter + 1]
                        && below.Tokens[suffix] == level.Tokens[gram],
                    $"{name}.suffixes",
                    $"holds {suffix} at entry {gram}, which is not the sequence without its oldest token");
            }
        }
    }

    private static void Demand(bool condition, string name, FormattableString fault)
    {
        if (!condition)
            throw new InvalidDataException($"{name} {FormattableString.Invariant(fault)}.");
    }
}
