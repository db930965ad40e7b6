using System.CommandLine;
using System.Globalization;
using System.Text.RegularExpressions;

namespace NGram.Cli.CommandLine;

/// <summary>
/// The one place that turns the names of the libraries' options into those of flags: HeadDimension is --head-dimension, and
/// for the baseline, whose flags have a prefix, BatchSize is --baseline-batch-size.
/// </summary>
internal sealed partial class FlagNames
{
    private readonly Dictionary<string, string> flags = [];

    /// <summary>The names of some flags.</summary>
    public FlagNames(IEnumerable<Option> options, string prefix = "")
    {
        foreach (var option in options)
            flags[PropertyName(option.Name["--".Length..], prefix)] = option.Name;
    }

    /// <summary>An exception's message with flags instead of properties, without what .NET appends to it.</summary>
    public string Translate(ArgumentException exception)
    {
        string message = exception.Message;
        int appendix = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return PropertyWords().Replace(appendix < 0 ? message : message[..appendix], Replace);
    }

    private string Replace(Match match)
    {
        string name = match.Groups["name"].Value;
        // A parameter's name starts with a small letter; the words of a sentence have no capital inside.
        if (!flags.TryGetValue(char.ToUpperInvariant(name[0]) + name[1..], out string? flag))
            return match.Value;
        if (match.Groups["entry"] is { Success: true } entry)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"entry {int.Parse(entry.ValueSpan, CultureInfo.InvariantCulture) + 1} of {flag}");
        }

        return match.Groups["count"].Success ? $"the number of {flag}" : flag;
    }

    private static string PropertyName(string kebab, string prefix) => string.Concat(
        (kebab.StartsWith(prefix, StringComparison.Ordinal) ? kebab[prefix.Length..] : kebab)
        .Split('-', StringSplitOptions.RemoveEmptyEntries)
        .Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    [GeneratedRegex(@"\b(?<name>[A-Z][A-Za-z]+|[a-z]+[A-Z][A-Za-z]*)(\[(?<entry>\d{1,9})\]|(?<count>\.Count\b))?")]
    private static partial Regex PropertyWords();
}
