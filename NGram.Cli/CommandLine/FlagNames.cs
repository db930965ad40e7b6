using System.CommandLine;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using NGram.Data.Checks;

namespace NGram.Cli.CommandLine;

/// <summary>
/// The one place that turns the names of the libraries' options into those of flags: HeadDimension is --head-dimension, and
/// for the baseline, whose flags have a prefix, BatchSize is --baseline-batch-size.
/// </summary>
internal sealed class FlagNames
{
    private const string CountSuffix = ".Count";

    private readonly Dictionary<string, string> flags = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of some flags.</summary>
    public FlagNames(IEnumerable<Option> options, string prefix = "")
    {
        foreach (string flag in options.Select(option => option.Name))
            flags[PropertyName(flag["--".Length..], prefix)] = flag;
    }

    /// <summary>The error in terms of flags.</summary>
    /// <param name="exception">The error.</param>
    /// <param name="message">Its message with flags for properties.</param>
    /// <returns>Whether the command has a flag for one of the options.</returns>
    public bool TryDescribe(OptionException exception, out string message)
    {
        message = exception.Describe(name => TryFind(name, out string? flag) ? flag : name);
        if (exception.ActualValue is Enum choice)
            message = WithFlagsSpelling(message, choice.GetType());
        return exception.Options.Any(name => TryFind(name, out _));
    }

    /// <summary>"Alphas[2]" is "entry 3 of --alphas", "Supports.Count" is "the number of --supports".</summary>
    private bool TryFind(string name, [NotNullWhen(true)] out string? text)
    {
        if (name.EndsWith(CountSuffix, StringComparison.Ordinal))
        {
            text = flags.TryGetValue(name[..^CountSuffix.Length], out string? counted) ? $"the number of {counted}" : null;
        }
        else if (name.Split('[', ']') is [var list, var index, ""])
        {
            int entry = int.Parse(index, CultureInfo.InvariantCulture) + 1;
            text = flags.TryGetValue(list, out string? flag)
                ? string.Create(CultureInfo.InvariantCulture, $"entry {entry} of {flag}")
                : null;
        }
        else
        {
            text = flags.GetValueOrDefault(name);
        }
        return text is not null;
    }

    /// <summary>An enumeration's values as flags and files spell them: per-head for PerHead.</summary>
    private static string WithFlagsSpelling(string message, Type choices)
    {
        foreach (var field in choices.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            string spelling = field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name
                ?? field.Name.ToLowerInvariant();
            message = Regex.Replace(message, $@"\b{field.Name}\b", spelling);
        }
        return message;
    }

    private static string PropertyName(string kebab, string prefix) =>
        (kebab.StartsWith(prefix, StringComparison.Ordinal) ? kebab[prefix.Length..] : kebab)
        .Replace("-", "", StringComparison.Ordinal);
}
