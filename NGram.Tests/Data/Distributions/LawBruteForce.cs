using NGram.Data.Distributions;
using NGram.Data.Laws;

namespace NGram.Tests.Data.Distributions;

/// <summary>
/// Everything from the definition: all N^S sequences, through <see cref="INGramDistribution.GetProbabilities"/> alone.
/// </summary>
internal static class LawBruteForce
{
    /// <summary>Every sequence of a length, lexicographic, with its probability, zeros included.</summary>
    public static List<(ushort[] Tokens, double Probability)> Sequences(INGramDistribution distribution, int length)
    {
        var result = new List<(ushort[], double)> { ([], 1.0) };
        for (int i = 0; i < length; i++)
        {
            result = [.. result.SelectMany(prefix => Row(distribution, prefix.Item1)
                .Select((probability, token) => ((ushort[])[.. prefix.Item1, (ushort)token], prefix.Item2 * probability)))];
        }
        return result;
    }

    public static double[] Row(INGramDistribution distribution, ushort[] context)
    {
        double[] row = new double[distribution.VocabularySize];
        distribution.GetProbabilities(context, row);
        return row;
    }

    public static double EntropyAt(INGramDistribution distribution, int position) => Sequences(distribution, position)
        .Sum(sequence => sequence.Probability * Row(distribution, sequence.Tokens).Where(p => p > 0).Sum(p => -p * Math.Log(p)));

    public static int CountFor(INGramDistribution distribution, int length, double epsilon)
    {
        var (sum, count) = (0.0, 0);
        foreach (double probability in Sequences(distribution, length).Select(s => s.Probability).OrderDescending())
        {
            // The tolerance that the product states: a target met but for rounding is met.
            if (sum >= (1 - epsilon) * (1 - 1e-12))
                break;
            sum += probability;
            count++;
        }
        return count;
    }

    /// <summary>A law whose rows differ in entropy and support, from a fixed seed.</summary>
    public static ExplicitLaw RandomRows(int vocabularySize, int order, int seed, double zeros = 0.3)
    {
        var random = new Random(seed);
        double[][] levels = new double[order][];
        for (int i = 0; i < order; i++)
        {
            levels[i] = new double[(int)Math.Pow(vocabularySize, i + 1)];
            for (int begin = 0; begin < levels[i].Length; begin += vocabularySize)
            {
                var row = levels[i].AsSpan(begin, vocabularySize);
                foreach (ref double weight in row)
                    weight = random.NextDouble() < zeros ? 0 : Math.Pow(random.NextDouble(), 3);
                row[random.Next(vocabularySize)] += 0.1;
                double sum = 0.0;
                foreach (double weight in row)
                    sum += weight;
                foreach (ref double weight in row)
                    weight /= sum;
            }
        }
        return ExplicitLaw.Of(vocabularySize, levels);
    }

    /// <summary>The same law, of which nothing but the interface is known.</summary>
    public sealed class Foreign(INGramDistribution law) : INGramDistribution
    {
        public int Order => law.Order;

        public int VocabularySize => law.VocabularySize;

        public void GetProbabilities(ReadOnlySpan<ushort> context, Span<double> probabilities) =>
            law.GetProbabilities(context, probabilities);
    }
}
