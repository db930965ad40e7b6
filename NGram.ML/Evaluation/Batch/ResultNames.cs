using System.Globalization;

namespace NGram.ML.Evaluation.Batch;

/// <summary>
/// File names for the results of models on data: both names, just long enough to tell them apart, in letters that every file
/// system takes.
/// </summary>
internal static class ResultNames
{
    private const int LongestName = 32;
    private const int MostParents = 3;
    private const string StandardInput = "-";

    /// <summary>
    /// A name for each path: the file's, with its extension or its folders where another path would have the same.
    /// </summary>
    public static string[] Of(IReadOnlyList<string> paths)
    {
        var candidates = paths.Distinct().ToDictionary(path => path, path => Candidates(path).ToArray());
        return
        [
            .. paths.Select(path =>
                candidates[path].Where((name, level) => IsAlone(path, name, level)).FirstOrDefault(candidates[path][0])),
        ];

        bool IsAlone(string path, string name, int level) =>
            !candidates.Any(other =>
                other.Key != path
                && string.Equals(other.Value[Math.Min(level, other.Value.Length - 1)], name, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The names, with a number after each that is taken already.</summary>
    public static string[] Numbered(IEnumerable<string> names)
    {
        var taken = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return [.. names.Select(name =>
        {
            string own = name;
            for (int number = 2; !taken.Add(own); number++)
                own = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
            return own;
        })];
    }

    private static IEnumerable<string> Candidates(string path)
    {
        if (path == StandardInput)
        {
            yield return "stdin";
            yield break;
        }
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string stem = Path.GetFileNameWithoutExtension(full), name = Path.GetFileName(full), folders = "";
        string? parent = Path.GetDirectoryName(full);
        for (int parents = 0; parents <= MostParents; parents++)
        {
            yield return Clean(folders + stem);
            yield return Clean(folders + name);
            folders = $"{Path.GetFileName(parent)}-{folders}";
            parent = Path.GetDirectoryName(parent);
        }
    }

    private static string Clean(string name)
    {
        string clean = string.Concat(name.Select(letter => char.IsLetterOrDigit(letter) || letter is '_' or '-' ? letter : '-'))
            .Trim('-');
        return clean.Length == 0 ? "unnamed"
            : clean.Length <= LongestName ? clean
            : clean[^LongestName..].Trim('-');
    }
}
