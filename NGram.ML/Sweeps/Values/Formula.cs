using System.Globalization;

namespace NGram.ML.Sweeps.Values;

/// <summary>
/// Arithmetic over names: numbers, + - * /, parentheses, min(a, b) and max(a, b), such as
/// <c>2 * EmbeddingDimension * (MatchingHeads - 1)</c>.
/// </summary>
internal sealed class Formula
{
    // Nested parentheses use stack space.
    private const int Longest = 1000;

    private readonly string text;
    private int at;

    private Formula(string text) => this.text = text.Length <= Longest
        ? text
        : throw new FormatException(
            FormattableString.Invariant($"'{text[..20]}...' is not a formula: it is longer than {Longest} characters."));

    /// <summary>The value of a formula.</summary>
    /// <param name="text">The formula.</param>
    /// <param name="valueOf">The value of a name.</param>
    /// <exception cref="FormatException">It is not a formula; the message says where.</exception>
    public static double Evaluate(string text, Func<string, double> valueOf)
    {
        var formula = new Formula(text);
        double value = formula.Sum(valueOf);
        return formula.Peek() == '\0' ? value : throw formula.Unexpected();
    }

    /// <summary>The names in a formula.</summary>
    public static IReadOnlyList<string> Names(string text)
    {
        List<string> names = [];
        Evaluate(text, name =>
        {
            names.Add(name);
            return 1;
        });
        return names;
    }

    private double Sum(Func<string, double> valueOf)
    {
        double value = Product(valueOf);
        while (Peek() is '+' or '-')
            value += text[at++] == '+' ? Product(valueOf) : -Product(valueOf);
        return value;
    }

    private double Product(Func<string, double> valueOf)
    {
        double value = Term(valueOf);
        while (Peek() is '*' or '/')
            value = text[at++] == '*' ? value * Term(valueOf) : value / Term(valueOf);
        return value;
    }

    private double Term(Func<string, double> valueOf)
    {
        char next = Peek();
        if (next == '-')
        {
            at++;
            return -Term(valueOf);
        }
        if (next == '(')
        {
            at++;
            double inner = Sum(valueOf);
            Expect(')');
            return inner;
        }
        string word = Word();
        if (word.Length == 0)
            throw Unexpected();
        if (char.IsAsciiDigit(word[0]))
        {
            return double.TryParse(word, CultureInfo.InvariantCulture, out double number)
                ? number
                : throw new FormatException($"'{text}' is not a formula: {word} is not a number.");
        }
        return word is "min" or "max" && Peek() == '(' ? Choice(word, valueOf) : valueOf(word);
    }

    private double Choice(string name, Func<string, double> valueOf)
    {
        Expect('(');
        double first = Sum(valueOf);
        Expect(',');
        double second = Sum(valueOf);
        Expect(')');
        return name == "min" ? Math.Min(first, second) : Math.Max(first, second);
    }

    private string Word()
    {
        int start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '.' or '_'))
            at++;
        return text[start..at];
    }

    /// <summary>The next character that is not a space; 0 at the end.</summary>
    private char Peek()
    {
        while (at < text.Length && text[at] == ' ')
            at++;
        return at < text.Length ? text[at] : '\0';
    }

    private void Expect(char wanted)
    {
        if (Peek() != wanted)
            throw Unexpected();
        at++;
    }

    private FormatException Unexpected() => new(
        Peek() == '\0' ? $"'{text}' is not a formula: it ends too early."
        : FormattableString.Invariant($"'{text}' is not a formula: '{Peek()}' at place {at + 1} does not belong there."));
}
