using System.Text.Json.Nodes;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps;

/// <summary>The requirements on a sweep, however it was made, checked before anything runs or is written.</summary>
internal static class SweepChecks
{
    private const double MostTrials = 100_000;
    private const int LongestName = 100;

    /// <summary>Checks a sweep and its parts.</summary>
    /// <exception cref="ArgumentException">A number is out of its range; the message names it.</exception>
    /// <exception cref="InvalidDataException">A name is unknown, or stands for two things; the message names it.</exception>
    public static void Require(Sweep sweep)
    {
        var leaves = sweep.Leaves.ToList();
        var names = leaves.GroupBy(leaf => leaf.Name, StringComparer.OrdinalIgnoreCase);
        if (names.FirstOrDefault(same => same.Count() > 1) is { } two)
            throw new InvalidDataException($"{sweep.Name}: {two.Count()} parts are called {two.Key}; each must have its own.");
        foreach (var leaf in leaves)
            RequireLeaf(leaf);
        if (leaves.Sum(CountOf) is > MostTrials and var count)
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"{sweep.Name} has {count:N0} trials, the axes' values times the repetitions; ")
                + FormattableString.Invariant($"it must have at most {MostTrials:N0}."));
        }
        RequireOfPoints(sweep);
    }

    private static double CountOf(Sweep leaf) =>
        leaf.Axes.Aggregate((double)leaf.RepetitionsAndAttempts, (count, axis) => count * axis.Values.Count);

    private static void RequireLeaf(Sweep sweep)
    {
        NGram.Data.Checks.Require.AtLeast(sweep.Repetitions, 1, nameof(Sweep.Repetitions));
        foreach (var axis in sweep.Axes)
            axis.Validate();
        RequireAxes(sweep);
        RequireOrder(sweep);
        if (sweep.Fit is { } fit)
            RequireFit(sweep, fit);
        if (sweep.Best is { } best)
        {
            _ = TrialMetric.Require(best.By, sweep.Name);
            _ = RequireAxis(sweep, best.Axis, "of which the best counts");
        }
        if (sweep.Search is { } search)
        {
            _ = TrialMetric.Require(search.By, sweep.Name);
            NGram.Data.Checks.Require.AtLeast(search.Attempts, 1, "search.attempts");
            var axis = RequireAxis(sweep, search.Axis, "which is searched");
            if (axis.Values.Any(value => SettingsText.Number(JsonNode.Parse(value)) is null))
                throw new InvalidDataException($"{sweep.Name}: {search.Axis}, which is searched, must have only numbers.");
        }
    }

    /// <summary>An axis is a setting, or a variable of a formula.</summary>
    private static void RequireAxes(Sweep sweep)
    {
        foreach (var axis in sweep.Axes)
        {
            bool IsUsed(string formula) => Formula.Names(formula).Contains(axis.Setting, StringComparer.OrdinalIgnoreCase);
            if (!sweep.Derived.Values.Any(IsUsed))
                _ = Setting.Require(axis.Setting, sweep.Name);
            if (sweep.Derived.Keys.Any(name => Setting.AreSame(name, axis.Setting)))
            {
                throw new InvalidDataException(
                    $"{sweep.Name}: {axis.Setting} is an axis and derived; it must be one of the two.");
            }
        }
        if (SweepAxis.Twice(sweep.Axes) is { } twice)
            throw new InvalidDataException($"{sweep.Name}: {twice} is an axis twice.");
    }

    /// <summary>Derived settings use only what comes before them, so that no formula depends on itself.</summary>
    private static void RequireOrder(Sweep sweep)
    {
        var derived = sweep.Derived.ToList();
        foreach (var (i, (name, formula)) in derived.Index())
        {
            string? later = Formula.Names(formula)
                .FirstOrDefault(used => derived.Skip(i).Any(other => Setting.AreSame(other.Key, used)));
            if (later is not null)
            {
                string why = Setting.AreSame(later, name) ? "" : ", which is derived after it";
                throw new InvalidDataException(
                    $"{sweep.Name}: {name} is derived from {later}{why}; it must be derived from what is known before it.");
            }
        }
    }

    private static void RequireFit(Sweep sweep, SweepFit fit)
    {
        _ = TrialMetric.Require(fit.Y, sweep.Name);
        if (TrialMetric.Find(fit.X) is null)
            _ = RequireAxis(sweep, fit.X, "against which is fitted", " or a result");
        if (fit.SlopesAgainst is { } slopes)
            _ = RequireAxis(sweep, slopes, "against which slopes are fitted");
        if (fit.Power is not (>= 1 and <= 3))
            throw new InvalidDataException($"{sweep.Name}: power is {fit.Power}; it must be 1, 2 or 3.");
        if (fit.Plateau is { } excess && !(excess > 1))
        {
            throw new InvalidDataException(
                FormattableString.Invariant($"{sweep.Name}: plateau is {excess}; it must be above 1."));
        }
    }

    private static SweepAxis RequireAxis(Sweep sweep, string name, string what, string others = "") =>
        sweep.Axes.FirstOrDefault(axis => axis.Setting.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw new InvalidDataException($"{sweep.Name}: {name}, {what}, is not an axis{others}.");

    /// <summary>Checks what names files, and formulas over points, which are tried on the first point of each part.</summary>
    private static void RequireOfPoints(Sweep sweep)
    {
        RequireName(sweep.Name, "name");
        foreach (var part in sweep.Parts)
            RequireOfPoints(part);
        foreach (var point in sweep.Leaves.Select(SweepPoints.First))
        {
            if (sweep.Against is { } against && !against.Equals("Parameters", StringComparison.OrdinalIgnoreCase))
                _ = point.Number(against);
            if (sweep.Parts.Count == 0 && sweep.Table is { } table)
            {
                RequireName(table.NameOf(point), $"{sweep.Name}: the table's name");
                _ = table.KeyOf(point);
            }
        }
    }

    /// <summary>Requires a valid file name on every system.</summary>
    private static void RequireName(string name, string what)
    {
        bool isName = name.Length is > 0 and <= LongestName
            && char.IsLetterOrDigit(name[0])
            && name.All(letter => char.IsLetterOrDigit(letter) || " -_.".Contains(letter, StringComparison.Ordinal));
        if (!isName)
        {
            throw new InvalidDataException(
                $"{what} is '{SettingsText.Said(JsonValue.Create(name)).ReplaceLineEndings(" ")}'; "
                + $"it must be of letters, digits, spaces and -_. after a letter or digit, at most {LongestName}.");
        }
    }
}
