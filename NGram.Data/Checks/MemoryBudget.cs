using System.Globalization;

namespace NGram.Data.Checks;

/// <summary>Refuses tables that cannot exist before a byte of them is taken.</summary>
internal static class MemoryBudget
{
    /// <summary>Requires that an array of so many elements fits into an array and into the memory that is left.</summary>
    /// <param name="elements">Number of elements; a double, since it may be beyond any integer type.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="what">What they are, as in "pi_2 over 5,000 tokens".</param>
    /// <param name="sizes">The options that lead to them.</param>
    /// <exception cref="OptionException">It does not fit; the message names the bytes and the options.</exception>
    /// <exception cref="ArgumentException">It does not fit, and no options are given.</exception>
    public static void Require(double elements, int elementSize, string what, params (string Name, long Value)[] sizes)
    {
        double bytes = elements * elementSize;
        RequireBytes(bytes, what, sizes);
        if (elements > Array.MaxLength)
        {
            throw TooMuch(
                what,
                Text($"takes {Size(bytes)}: {elements:N0} entries, more than the {Array.MaxLength:N0} of an array"),
                sizes);
        }
    }

    /// <summary>Whether an array of so many elements fits into an array and into the memory that is left.</summary>
    /// <inheritdoc cref="Require" path="/param"/>
    public static bool Fits(double elements, int elementSize) =>
        elements <= Array.MaxLength && elements * elementSize <= Available();

    /// <summary>Requires that so many bytes, in any number of pieces, fit into the memory that is left.</summary>
    /// <exception cref="OptionException">They do not; the message names the bytes and the options.</exception>
    /// <exception cref="ArgumentException">They do not, and no options are given.</exception>
    public static void RequireBytes(double bytes, string what, params (string Name, long Value)[] sizes)
    {
        long available = Available();
        if (bytes > available)
        {
            throw TooMuch(
                what,
                Text($"takes {Size(bytes)}, more than the {Size(available)} of memory that are left"),
                sizes);
        }
    }

    /// <summary>Whether memory ran out, whatever a library made of it.</summary>
    public static bool RanOut(Exception? exception) =>
        exception switch
        {
            null => false,
            OutOfMemoryException => true,
            // What the system's loader says where there is no room for a library.
            _ when exception.Message.Contains("failed to map segment", StringComparison.Ordinal) => true,
            AggregateException several => several.InnerExceptions.Any(RanOut),
            _ => RanOut(exception.InnerException),
        };

    private static ArgumentException TooMuch(string what, string fault, (string Name, long Value)[] sizes)
    {
        fault += "; smaller sizes are needed.";
        return sizes.Length == 0 ? new ArgumentException($"{what} {fault}") : OptionException.OfSizes(what, fault, sizes);
    }

    private static long Available() =>
        Math.Max(
            0,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - GC.GetTotalMemory(forceFullCollection: false));

    private static string Size(double bytes) =>
        bytes >= 1e18 ? Text($"{bytes:G3} bytes")
        : bytes >= 1e9 ? Text($"{bytes / 1e9:N1} GB")
        : Text($"{bytes:N0} bytes");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
