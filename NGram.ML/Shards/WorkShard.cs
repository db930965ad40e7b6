using System.Globalization;
using System.Text.RegularExpressions;
using NGram.Data.Checks;

namespace NGram.ML.Shards;

/// <summary>The part of a work that one of several processes does: number Index of Count, from 1.</summary>
/// <param name="Index">From 1 to Count.</param>
/// <param name="Count">How many parts there are.</param>
public sealed partial record WorkShard(int Index, int Count)
{
    private const string Name = "Shard", Allowed = "i/n with i from 1 to n, auto, or auto/n";

    /// <summary>All of it.</summary>
    public static WorkShard Whole { get; } = new(1, 1);

    /// <summary>A part from its text: i/n; auto or auto/n for the task of a scheduler that the environment tells of.</summary>
    /// <param name="text">The text.</param>
    /// <param name="environment">The value of an environment variable; null: of this process.</param>
    /// <exception cref="OptionException">It is none, or the environment does not tell of a task.</exception>
    public static WorkShard Parse(string text, Func<string, string?>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var match = Form().Match(text);
        Require.That(match.Success, Name, $"'{text}'", Allowed);
        int? count = match.Groups["count"] is { Success: true } of ? Number(of.Value, text) : null;
        var shard = match.Groups["index"].Value == "auto"
            ? OfTask(text, count, environment ?? Environment.GetEnvironmentVariable)
            : new WorkShard(Number(match.Groups["index"].Value, text), count ?? 0);
        Require.That(shard.Count >= 1 && shard.Index >= 1 && shard.Index <= shard.Count, Name, $"'{text}'", Allowed);
        return shard;
    }

    /// <summary>
    /// Its share of what there is, dealt like cards and every second round backwards: where the longest comes first the parts
    /// take about the same time.
    /// </summary>
    internal IEnumerable<T> Of<T>(IEnumerable<T> all) =>
        all.Where((_, i) => (i / Count % 2 == 0 ? i % Count : Count - 1 - i % Count) == Index - 1);

    private static WorkShard OfTask(string text, int? count, Func<string, string?> environment)
    {
        int? Read(string name) =>
            int.TryParse(environment(name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : null;
        // What each scheduler calls the task, its first number, the last one and how many there are.
        (int? Task, int First, int? Count)[] schedulers =
        [
            (Read("SLURM_ARRAY_TASK_ID"), Read("SLURM_ARRAY_TASK_MIN") ?? 0, Read("SLURM_ARRAY_TASK_COUNT")),
            (Read("JOB_COMPLETION_INDEX"), 0, null),
            (Read("HQ_TASK_ID"), 0, null),
            (Read("PBS_ARRAY_INDEX"), 0, null),
            (Read("SGE_TASK_ID"), Read("SGE_TASK_FIRST") ?? 1, Read("SGE_TASK_LAST") - (Read("SGE_TASK_FIRST") ?? 1) + 1),
            (Read("AWS_BATCH_JOB_ARRAY_INDEX"), 0, Read("AWS_BATCH_JOB_ARRAY_SIZE")),
        ];
        var (task, first, known) = schedulers.FirstOrDefault(scheduler => scheduler.Task is not null);
        Require.That(task is not null, Name, $"'{text}'", "i/n here: no environment variable tells of an array's task");
        Require.That(
            (count ?? known) is not null,
            Name,
            $"'{text}'",
            "auto/n here: the environment tells which task this is, but not of how many");
        return new(task!.Value - first + 1, (count ?? known)!.Value);
    }

    private static int Number(string digits, string text) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new OptionException(Name, $"'{text}'", Allowed);

    [GeneratedRegex(@"^(?:(?<index>\d+)/(?<count>\d+)|(?<index>auto)(?:/(?<count>\d+))?)$")]
    private static partial Regex Form();
}
