using System.Globalization;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps.Running;
using Spectre.Console;

namespace NGram.Cli.Sweeping;

/// <summary>A plan as a table and as JSON.</summary>
internal static class PlanTable
{
    private const double Giga = 1e9;

    /// <summary>A row for each sweep without parts, then the whole.</summary>
    public static void Write(IAnsiConsole console, SweepPlan plan, double? minutes)
    {
        var table = new Table { Border = TableBorder.None };
        table.AddColumn(new TableColumn("sweep") { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        foreach (string title in (string[])["trials", "steps", "parameters", "gigaflops", "seconds of a core"])
        {
            table.AddColumn(
                new TableColumn(title) { NoWrap = true, Alignment = Justify.Right, Padding = new Padding(0, 0, 2, 0) });
        }
        foreach (var sweep in plan.Trials.GroupBy(trial => trial.Trial.Sweep))
            AddRow(table, sweep.Key, [.. sweep]);
        console.Write(table);
        string atMost = plan.Trials.Any(trial => trial.Trial.IsSearched) ? "at most " : "";
        console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{atMost}{plan.Trials.Count:N0} trials take about {Duration(plan.Seconds)} here, {plan.Jobs} at a time."));
        if (minutes is { } each)
        {
            console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{plan.Packs(each * 60).Count:N0} packs of about {each} minutes: --shard i/{plan.Packs(each * 60).Count}."));
        }
    }

    /// <summary>The same as JSON.</summary>
    public static string Json(SweepPlan plan, double? minutes) => JsonText.Of(new
    {
        Trials = plan.Trials.Count,
        Steps = plan.Trials.Sum(trial => trial.Work.Steps),
        Flops = plan.Trials.Sum(trial => trial.Work.Flops),
        LargestParameters = plan.Trials.Max(trial => trial.Work.Parameters),
        AtMost = plan.Trials.Any(trial => trial.Trial.IsSearched),
        plan.Jobs,
        plan.Seconds,
        plan.SecondsOfWork,
        Packs = minutes is { } each ? plan.Packs(each * 60).Count : (int?)null,
        Sweeps = plan.Trials.GroupBy(trial => trial.Trial.Sweep).Select(sweep => new
        {
            Name = sweep.Key,
            Trials = sweep.Count(),
            Steps = sweep.Sum(trial => trial.Work.Steps),
            Flops = sweep.Sum(trial => trial.Work.Flops),
            SecondsOfWork = sweep.Sum(trial => trial.Seconds),
        }),
    });

    private static void AddRow(Table table, string name, IReadOnlyList<PlannedTrial> trials)
    {
        long least = trials.Min(trial => trial.Work.Parameters), most = trials.Max(trial => trial.Work.Parameters);
        table.AddRow(
            new Text(name),
            new Text(Count(trials.Count)),
            new Text(Count(trials.Sum(trial => trial.Work.Steps))),
            new Text(least == most ? Count(most) : $"{Count(least)} to {Count(most)}"),
            new Text(Count(trials.Sum(trial => trial.Work.Flops) / Giga)),
            new Text(Count(trials.Sum(trial => trial.Seconds))));
    }

    private static string Count(double value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Duration(double seconds) =>
        seconds < 120 ? FormattableString.Invariant($"{seconds:0} s") : FormattableString.Invariant($"{seconds / 60:0} min");
}
