using System.Globalization;
using System.Numerics;

namespace NGram.Data.Checks;

/// <summary>Checks of options and arguments whose messages name the field, its value and the allowed range.</summary>
internal static class Require
{
    /// <summary>Requires <paramref name="value"/> to be at least <paramref name="minimum"/>.</summary>
    /// <exception cref="OptionException">It is smaller (or not a number).</exception>
    public static void AtLeast<T>(T value, T minimum, string name) where T : INumber<T> =>
        That(value >= minimum, name, value, Invariant($"at least {minimum}"));

    /// <summary>Requires <paramref name="value"/> to be at most <paramref name="maximum"/>.</summary>
    /// <exception cref="OptionException">It is larger (or not a number).</exception>
    public static void AtMost<T>(T value, T maximum, string name) where T : INumber<T> =>
        That(value <= maximum, name, value, Invariant($"at most {maximum}"));

    /// <summary>Requires <paramref name="value"/> to lie in [<paramref name="minimum"/>, <paramref name="maximum"/>].</summary>
    /// <exception cref="OptionException">It does not.</exception>
    public static void InRange<T>(T value, T minimum, T maximum, string name) where T : INumber<T> =>
        That(value >= minimum && value <= maximum, name, value, Invariant($"from {minimum} to {maximum}"));

    /// <summary>Requires <paramref name="value"/> to be one that its type names; a number in a file may be any.</summary>
    /// <exception cref="OptionException">It is not one of them.</exception>
    public static void Named<T>(T value, string name) where T : struct, Enum =>
        That(Enum.IsDefined(value), name, value, string.Join(" or ", Enum.GetNames<T>()));

    /// <summary>Requires a path, where there is one, to be more than an empty text.</summary>
    /// <exception cref="OptionException">It is empty.</exception>
    public static void Path(string? value, string name) => That(value is not "", name, "''", "a path");

    /// <summary>
    /// Requires <paramref name="condition"/>; the message reads "NAME is VALUE; it must be ALLOWED.", where {1}, {2}, ... in
    /// <paramref name="allowed"/> stand for the names of <paramref name="others"/> that it depends on.
    /// </summary>
    /// <exception cref="OptionException">The condition does not hold.</exception>
    public static void That(bool condition, string name, object? value, string allowed, params string[] others)
    {
        if (!condition)
            throw new OptionException(name, value, allowed, others);
    }

    /// <summary>Checks an argument that is a record of options, so that the error has the parameter's name too.</summary>
    /// <param name="validate">Checks it.</param>
    /// <param name="parameter">Its parameter; null: each option has one of its own, with its name in camel case.</param>
    /// <exception cref="OptionException">It is not valid.</exception>
    public static void Argument(Action validate, string? parameter)
    {
        try
        {
            validate();
        }
        catch (OptionException exception)
        {
            throw exception.OfParameter(parameter);
        }
    }

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
