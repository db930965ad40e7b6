using NGram.Data.Checks;

namespace NGram.ML.Sweeps;

/// <summary>The paper's experiments, and others, as sweeps that need no file.</summary>
public static class SweepPresets
{
    private const string Folder = "sweeps/", Extension = ".json";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. typeof(SweepPresets).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>A preset.</summary>
    /// <exception cref="OptionException">There is none of that name.</exception>
    public static Sweep Get(string name) => Sweep.FromJson(Json(name), name);

    /// <summary>A preset's own short JSON.</summary>
    /// <exception cref="OptionException">There is none of that name.</exception>
    public static string Json(string name)
    {
        using var stream = typeof(SweepPresets).Assembly.GetManifestResourceStream(Folder + name + Extension)
            ?? throw new OptionException("Preset", name, string.Join(", ", Names.SkipLast(1)) + " or " + Names[^1]);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
