using NGram.Data.Distributions;

namespace NGram.ML.Bounds;

/// <summary>Laws in which every token is uniform on a support whose size depends on its position only: phi in closed form.</summary>
internal static class FlatLaw
{
    private const double Cells = 1 << 28;

    /// <summary>phi(K) of such a law; null for other laws and for those of more than 2^28 probabilities.</summary>
    public static MemorisedAccuracy? Of(INGramDistribution distribution, int promptLength)
    {
        int n = distribution.Order, size = distribution.VocabularySize;
        if (Math.Pow(size, n) > Cells)
            return null;
        var supports = new int[n];
        for (int level = 0; level < n; level++)
        {
            if (Support(distribution, level) is not { } support)
                return null;
            supports[level] = support;
        }
        double prompts = 1;
        for (int position = 0; position < promptLength; position++)
            prompts *= supports[Math.Min(position, n - 1)];
        return new MemorisedAccuracy(size, prompts, 1.0 / supports[Math.Min(promptLength, n - 1)]);
    }

    private static int? Support(INGramDistribution distribution, int level)
    {
        var row = new double[distribution.VocabularySize];
        var context = new ushort[level];
        int? support = null;
        do
        {
            distribution.GetProbabilities(context, row);
            int possible = row.Count(probability => probability > 0);
            bool uniform = row.All(probability => probability == 0 || Math.Abs(probability * possible - 1) < 1e-9);
            if (!uniform || possible != (support ?? possible))
                return null;
            support = possible;
        }
        while (Next(context, row.Length));
        return support;
    }

    private static bool Next(ushort[] context, int size)
    {
        for (int i = 0; i < context.Length; i++)
        {
            if (++context[i] < size)
                return true;
            context[i] = 0;
        }
        return false;
    }
}
