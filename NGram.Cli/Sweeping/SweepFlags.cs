using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Interchange.Weights;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Running;

namespace NGram.Cli.Sweeping;

/// <summary>Which sweep to use: a preset or a file, and the changes to it.</summary>
internal sealed class SweepFlags : FlagGroup
{
    private readonly Option<string[]> set;
    private readonly Option<string[]> only;
    private readonly Option<int?> repetitions;
    private readonly Option<double?> scale;
    private readonly Option<int?> seed;

    public SweepFlags() : base("Sweep")
    {
        set = Add(Assignments(
            "--set",
            "Set a value, or an axis with several, by the settings' names, such as Heads=1,6,11 or Training.LearningRate=0.01; "
            + "may be repeated."));
        only = Add(Assignments(
            "--only",
            "Run only the trials with these values, such as Heads=6; the sweep stays the same. May be repeated."));
        repetitions = Add(Flag.OptionalInteger("--repetitions", "Trials of each point. [default: the sweep's]"));
        scale = Add(Flag.OptionalReal("--scale", "Multiply the epochs by this factor, rounded up. [default: 1]"));
        seed = Add(Flag.OptionalInteger(
            "--seed",
            "The seed of distributions and data; those of the initial weights follow. [default: the sweep's]"));
    }

    /// <summary>The argument that names the sweep.</summary>
    public static Argument<string> CreateArgument() =>
        new("SWEEP") { Description = "A preset ('ngram sweep list' names them) or a JSON file." };

    /// <summary>The sweep, changed as the flags say.</summary>
    /// <exception cref="UsageException">There is no such sweep, or a flag does not fit it.</exception>
    /// <exception cref="InvalidDataException">The file is not a sweep that can run, whatever the flags.</exception>
    public Sweep Bind(ParseResult parse, string name)
    {
        var sweep = Read(name);
        string? fault = Fault(sweep);
        foreach (var (setting, values) in Read(parse, set))
            sweep = Checked(set, () => sweep.Set(setting, values));
        if (parse.Has(set))
            Blame(set, sweep, fault);
        if (parse.GetValue(repetitions) is { } count)
        {
            Check(() => sweep = sweep.Repeat(count));
            Blame(repetitions, sweep, fault);
        }
        if (Fault(sweep) is { } left)
            throw new InvalidDataException($"{name}: {left}");
        if (parse.GetValue(scale) is { } factor)
            Check(() => sweep = sweep.Scale(factor));
        if (parse.GetValue(seed) is { } given)
            sweep = sweep.Seed(given);
        return sweep;
    }

    /// <summary>The values that a trial must have to be selected.</summary>
    /// <exception cref="UsageException">A name is not a setting, or no trial has such values.</exception>
    public IReadOnlyList<SweepAxis> Only(ParseResult parse, Sweep sweep)
    {
        List<SweepAxis> axes = [.. Read(parse, only).Select(one => SweepAxis.Parse(one.Setting, one.Values))];
        if (axes.Count > 0 && Checked(only, () => new SweepRunOptions { Only = axes }.Select(sweep.Trials())).Count == 0)
            throw new UsageException($"{only.Name} leaves no trial of {sweep.Name}.");
        return axes;
    }

    /// <summary>The flags as they were given, for use in another command line.</summary>
    public IEnumerable<string> Words(ParseResult parse) => Options
        .Where(parse.Has)
        .SelectMany(option => parse.GetResult(option)!.Tokens.SelectMany(token => (string[])[option.Name, token.Value]));

    private static Sweep Read(string name)
    {
        if (SweepPresets.Names.Contains(name))
            return SweepPresets.Get(name);
        return File.Exists(name)
            ? Sweep.FromJson(ShortText.Read(name), name)
            : throw new UsageException(
                $"SWEEP is {name}; it must be a JSON file or one of {string.Join(", ", SweepPresets.Names)}.");
    }

    private static IEnumerable<(string Setting, string Values)> Read(ParseResult parse, Option<string[]> option) =>
        (parse.GetValue(option) ?? []).Select(text => text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } values]
            ? (name.Trim(), values.Trim())
            : throw new UsageException($"{option.Name} is '{text}'; it must be NAME=VALUE or NAME=VALUE,VALUE,..."));

    /// <summary>What is wrong with a sweep is the flag's fault, except for what was wrong before.</summary>
    private static void Blame(Option option, Sweep sweep, string? before)
    {
        if (Fault(sweep) is { } fault && fault != before)
            throw new UsageException($"{option.Name}: {fault}");
    }

    /// <summary>Why the sweep cannot run, or null.</summary>
    private static string? Fault(Sweep sweep)
    {
        try
        {
            SweepChecks.Require(sweep);
            return null;
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            return exception.Message;
        }
    }

    private static T Checked<T>(Option option, Func<T> change)
    {
        try
        {
            return change();
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            throw new UsageException($"{option.Name}: {exception.Message}");
        }
    }

    private static Option<string[]> Assignments(string name, string description) =>
        new(name) { Description = description, HelpName = "NAME=VALUES", Arity = ArgumentArity.OneOrMore };
}
