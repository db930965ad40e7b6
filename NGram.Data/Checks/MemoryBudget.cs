using System.Globalization;

namespace NGram.Data.Checks;

/// <summary>Refuses tables that cannot exist before a byte of them is taken.</summary>
public static class MemoryBudget
{
    /// <summary>Requires that an array of so many elements fits into an array and into the memory that is left.</summary>
    /// <param name="elements">Number of elements; a double, since it may be beyond any integer type.</param>
    /// <param name="elementSize">Bytes of an element.</param>
    /// <param name="what">What they are, with the sizes that lead to them, as in "pi_2 over 5,000 tokens".</param>
    /// <exception cref="ArgumentException">It does not fit; the message names the bytes and the sizes.</exception>
    public static void Require(double elements, int elementSize, string what)
    {
        double bytes = elements * elementSize;
        RequireBytes(bytes, what);
        if (elements > Array.MaxLength)
        {
            throw new ArgumentException(
                Text(
                    $"{what} takes {Size(bytes)}: {elements:N0} entries, more than the {Array.MaxLength:N0} of an array; smaller sizes are needed."
                ));
        }
    }

    /// <summary>Requires that so many bytes, in any number of pieces, fit into the memory that is left.</summary>
    /// <exception cref="ArgumentException">They do not; the message names the bytes and the sizes.</exception>
    public static void RequireBytes(double bytes, string what)
    {
        long memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        long available = Math.Max(0, memory - GC.GetTotalMemory(forceFullCollection: false));
        if (bytes > available)
        {
            throw new ArgumentException(
                Text(
                    $"{what} takes {Size(bytes)}, more than the {Size(available)} of memory that are left; smaller sizes are needed."
                ));
        }
    }

    private static string Size(double bytes) =>
        bytes >= 1e18 ? Text($"{bytes:G3} bytes")
        : bytes >= 1e9 ? Text($"{bytes / 1e9:N1} GB")
        : Text($"{bytes:N0} bytes");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
