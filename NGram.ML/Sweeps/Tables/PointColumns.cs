using Microsoft.Data.Analysis;
using NGram.ML.Sweeps.Values;

namespace NGram.ML.Sweeps.Tables;

/// <summary>The columns that identify the point of a row: the usual six, then whatever else varies in the sweep.</summary>
internal static class PointColumns
{
    private static readonly string[] Usual =
        ["VocabularySize", "EmbeddingDimension", "HeadDimension", "Heads", "Layers", "MlpWidth"];

    // Records of settings, whose own settings are looked at, and what a trial's repetition gives.
    private static readonly string[] Never = ["Model", "Training", "Baseline", "Data", "InitialSeed", "Training.Seed"];

    /// <summary>The columns for some rows, given the point of each.</summary>
    /// <param name="rows">The points of the rows.</param>
    /// <param name="all">Every point of the sweep, whether it has rows or not.</param>
    public static IEnumerable<DataFrameColumn> Of(IReadOnlyList<SweepPoint> rows, IReadOnlyList<SweepPoint> all) =>
        Usual.Concat(Others(all)).Select(name => Column(name, rows, all));

    private static IEnumerable<string> Others(IReadOnlyList<SweepPoint> all)
    {
        var variables = all.SelectMany(point => point.Values.Keys).Distinct(StringComparer.OrdinalIgnoreCase)
            .Where(name => Setting.Find(name) is null);
        var settings = Setting.All
            .Where(setting => !Usual.Contains(setting.Name) && !Never.Contains(setting.Name))
            .Where(setting => all.Select(point => setting.Get(point.Json)?.ToJsonString()).Distinct().Skip(1).Any())
            .Select(setting => setting.Name);
        return variables.Concat(settings);
    }

    private static DataFrameColumn Column(string name, IReadOnlyList<SweepPoint> rows, IReadOnlyList<SweepPoint> all) =>
        all.All(point => point.Get(name) is null || SettingsText.Number(point.Get(name)) is not null)
            ? new DoubleDataFrameColumn(name, rows.Select(point => SettingsText.Number(point.Get(name))))
            : new StringDataFrameColumn(name, rows.Select(point => SettingsText.Shown(point.Get(name))));
}
