using NGram.Data.Text;

namespace NGram.Data.Files.Rows;

/// <summary>The columns token0, token1, ... among others.</summary>
internal static class TokenColumns
{
    private const string Prefix = "token";

    private const int MostShown = 20;

    /// <summary>Their places by number; null if there are none.</summary>
    /// <exception cref="InvalidDataException">One between others is missing; the message names it.</exception>
    public static int[]? Find(IReadOnlyList<string> names, string path)
    {
        int count = names.Count(name =>
            name.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Prefix.Length), out _));
        if (count == 0)
            return null;
        var numbers = new Dictionary<string, int>(names.Count, StringComparer.Ordinal);
        for (int place = 0; place < names.Count; place++)
            numbers.TryAdd(names[place], place);
        int[] places = new int[count];
        for (int i = 0; i < count; i++)
        {
            string name = NameOf(i);
            places[i] = numbers.TryGetValue(name, out int place)
                ? place
                : throw new InvalidDataException($"{path}: the column {name} is missing; there are {Shown(names)}.");
        }
        return places;
    }

    /// <summary>The name of a column.</summary>
    /// <param name="number">From 0, the oldest token's.</param>
    public static string NameOf(int number) => FormattableString.Invariant($"{Prefix}{number}");

    /// <summary>Names for a message, which is one line even where a header has a million.</summary>
    private static string Shown(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostShown).Select(name => TokenTexts.Quote(name)))
        + (names.Count > MostShown ? ", ..." : "");
}
