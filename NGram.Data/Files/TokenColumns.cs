namespace NGram.Data.Files;

/// <summary>The columns token0, token1, ... among others.</summary>
internal static class TokenColumns
{
    private const string Prefix = "token";

    /// <summary>Their places by number; null where there is none of them.</summary>
    /// <exception cref="InvalidDataException">One between others is missing; the message names it.</exception>
    public static int[]? Find(IReadOnlyList<string> names, string path)
    {
        var count = names.Count(name => name.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Prefix.Length), out _));
        if (count == 0)
            return null;
        var places = new int[count];
        for (var i = 0; i < count; i++)
        {
            var name = FormattableString.Invariant($"{Prefix}{i}");
            places[i] = names.ToList().IndexOf(name);
            if (places[i] < 0)
                throw new InvalidDataException($"{path}: the column {name} is missing; there are {string.Join(", ", names)}.");
        }
        return places;
    }
}
