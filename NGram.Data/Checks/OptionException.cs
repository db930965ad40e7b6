using System.Globalization;
using System.Text.Json;

namespace NGram.Data.Checks;

/// <summary>
/// An option or argument is out of its range. The message reads "NAME is VALUE; it must be ALLOWED." with the names of the
/// records' properties; <see cref="Describe"/> says it with other names, such as those of flags.
/// </summary>
public sealed class OptionException : ArgumentOutOfRangeException
{
    // A composite format over the options.
    private readonly string sentence;
    private readonly string? parameter;

    /// <summary>Names the option, what it was and what it may be.</summary>
    /// <param name="name">The option as its record names it, such as HeadDimension, Alphas[2] or Supports.Count.</param>
    /// <param name="value">What it was.</param>
    /// <param name="allowed">
    /// What it may be, as the end of "it must be ..."; where that depends on other options, {1}, {2}, ... stand for their names.
    /// </param>
    /// <param name="others">The names of those other options.</param>
    public OptionException(string name, object? value, string allowed, params string[] others)
        : this(
            $"{{0}} is {Escape(Invariant($"{value}"))}; it must be {(others.Length == 0 ? Escape(allowed) : allowed)}.",
            [name, .. others],
            value) =>
        Allowed = others.Length == 0 ? allowed : string.Format(CultureInfo.InvariantCulture, allowed, [name, .. others]);

    private OptionException(OptionException other, string parameter)
        : this(other.sentence, [.. other.Options], other.ActualValue) =>
        (this.parameter, Allowed) = (parameter, other.Allowed);

    private OptionException(string sentence, string[] options, object? value) : base(options[0], value, null) =>
        (this.sentence, Options, Allowed) = (sentence, options, "");

    /// <summary>The option as its record names it.</summary>
    public string Name => Options[0];

    /// <summary>That option, then the others that the message names.</summary>
    public IReadOnlyList<string> Options { get; }

    /// <summary>What it may be, as the end of "it must be ...".</summary>
    public string Allowed { get; private init; }

    /// <summary>
    /// The parameter of the method that was called, where it was given the option there; otherwise the option's own name without
    /// index or member. Null where that is a sentence, such as "The number of keys of column 'Context'".
    /// </summary>
    public override string? ParamName => parameter ?? (Head is { } head && head.All(IsWord) ? head : null);

    /// <inheritdoc/>
    public override string Message => Describe(name => name);

    /// <summary>The message with other names for the options.</summary>
    public string Describe(Func<string, string> nameOf) =>
        string.Format(CultureInfo.InvariantCulture, sentence, [.. Options.Select(nameOf)]);

    private string? Head => Name.Split('.', '[')[0] is { Length: > 0 } head ? head : null;

    /// <summary>The same of a method's parameter.</summary>
    /// <param name="name">The parameter; null: the one that has the option's name in camel case.</param>
    internal OptionException OfParameter(string? name) => new(this, name ?? JsonNamingPolicy.CamelCase.ConvertName(Name));

    /// <summary>Sizes that are too large together: "WHAT (NAME VALUE, ...) TOO MUCH."</summary>
    internal static OptionException OfSizes(string what, string tooMuch, (string Name, long Value)[] sizes)
    {
        string list = string.Join(", ", sizes.Select((size, i) => Invariant($"{{{i}}} {size.Value}")));
        return new($"{Escape(what)} ({list}) {Escape(tooMuch)}", [.. sizes.Select(size => size.Name)], sizes[0].Value)
        {
            Allowed = "smaller",
        };
    }

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) || character == '_';

    private static string Escape(string text) =>
        text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
