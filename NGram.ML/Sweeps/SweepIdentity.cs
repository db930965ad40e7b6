using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>Whether two sweeps have the same trials, apart from their number.</summary>
internal static class SweepIdentity
{
    /// <summary>
    /// The first setting that differs, and how; null if none does. Repetitions, titles, fits, tables, figures and the choice of
    /// the best do not count, since they change no trial.
    /// </summary>
    public static string? Difference(Sweep now, Sweep before)
    {
        var (mine, theirs) = (Values(now), Values(before));
        return mine.Keys.Union(theirs.Keys)
            .Where(path => mine.GetValueOrDefault(path) != theirs.GetValueOrDefault(path))
            .Select(path => $"{path} is {mine.GetValueOrDefault(path, "not there")} and was "
                + theirs.GetValueOrDefault(path, "not there"))
            .FirstOrDefault();
    }

    private static Dictionary<string, string> Values(Sweep sweep) => SettingsText.Values(SweepJson.Tree(Bare(sweep)));

    private static Sweep Bare(Sweep sweep) => sweep with
    {
        Repetitions = 1,
        Title = "",
        About = "",
        HasBounds = false,
        Best = null,
        Table = null,
        Fit = null,
        Against = null,
        Parts = [.. sweep.Parts.Select(Bare)],
    };
}
