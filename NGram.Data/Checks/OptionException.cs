using System.Globalization;

namespace NGram.Data.Checks;

/// <summary>An option or argument is out of its range. The message reads "NAME is VALUE; it must be ALLOWED."</summary>
public sealed class OptionException : ArgumentOutOfRangeException
{
    /// <summary>Names the option, what it was and what it may be.</summary>
    /// <param name="name">The option as its record names it, such as HeadDimension, Alphas[2] or Supports.Count.</param>
    /// <param name="value">What it was.</param>
    /// <param name="allowed">What it may be, as the end of "it must be ...".</param>
    public OptionException(string name, object? value, string allowed)
        : base(name, value, string.Create(CultureInfo.InvariantCulture, $"{name} is {value}; it must be {allowed}."))
    {
        Name = name;
        Allowed = allowed;
    }

    /// <summary>The option as its record names it.</summary>
    public string Name { get; }

    /// <summary>What it may be, as the end of "it must be ...".</summary>
    public string Allowed { get; }
}
