using NGram.Cli.Terminal;

namespace NGram.Cli.Bench.Cases;

/// <summary>What a bench measures and for how long.</summary>
internal sealed record BenchPlan
{
    /// <summary>Names of what is not a model.</summary>
    public const string Sampler = "sampler", Prediction = "prediction", Growth = "growth", WholeJob = "whole job";

    /// <summary>Every name, in the order of the run.</summary>
    public static IReadOnlyList<string> AllNames { get; } =
    [.. BenchCase.All.Select(model => model.Name), Sampler, Prediction, Growth, WholeJob];

    /// <summary>What is measured.</summary>
    public IReadOnlyList<string> Names { get; init; } = AllNames;

    /// <summary>Whether every measurement is short, so that all of them take less than a minute.</summary>
    public bool Quick { get; init; }

    /// <summary>Time for all of it; null: no limit.</summary>
    public TimeSpan? Limit => Quick ? TimeSpan.FromSeconds(55) : null;

    /// <summary>Time for one of <see cref="Names"/>, warm-up included, where there is enough.</summary>
    public TimeSpan DurationOf(string name) => TimeSpan.FromSeconds(name switch
    {
        Sampler => Quick ? 1.8 : 9,
        Prediction => Quick ? 6 : 30,
        Growth => Quick ? 6 : 25,
        WholeJob => 8,
        _ => Quick ? 3.2 : 10,
    });

    /// <summary>Time for the peak, before and after everything else.</summary>
    public TimeSpan PeakDuration => TimeSpan.FromSeconds(Quick ? 0.2 : 1);

    /// <summary>Names separated by commas, in any order and case.</summary>
    /// <exception cref="UsageException">A name is unknown.</exception>
    public static IReadOnlyList<string> ParseNames(string text, string flag)
    {
        string[] words = text.Split(',', StringSplitOptions.TrimEntries);
        string? unknown = Array.Find(words, word => !AllNames.Contains(word, StringComparer.OrdinalIgnoreCase));
        if (unknown is not null)
            throw new UsageException($"{flag} names '{unknown}'; each must be one of {string.Join(", ", AllNames)}.");
        return [.. AllNames.Where(name => words.Contains(name, StringComparer.OrdinalIgnoreCase))];
    }
}
