using System.Globalization;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.ML.Interchange;

namespace NGram.ML.Experiments;

/// <summary>An experiment on disk: a folder that is either whole or not there.</summary>
public static class RunFolder
{
    /// <summary>Names of the files.</summary>
    public const string Settings = "settings.json", History = "history.csv", Summary = "summary.json", Report = "report.html",
        Model = "model.safetensors", StockModel = "model.zip", Distribution = "distribution.safetensors";

    /// <summary>Whether a run can be written there: nothing is there, or an empty folder.</summary>
    public static bool IsFree(string directory) => AtomicFolder.IsFree(directory);

    /// <summary>Writes a run beside its place and moves it there when it is whole.</summary>
    /// <exception cref="IOException">The folder exists and is not empty, or cannot be written; nothing is left behind then.</exception>
    public static void Write(string directory, ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        AtomicFolder.Write(directory, folder => WriteFiles(folder, result));
    }

    private static void WriteFiles(string directory, ExperimentResult result)
    {
        string At(string name) => Path.Combine(directory, name);
        File.WriteAllText(At(Settings), result.Settings.ToJson() + "\n");
        File.WriteAllText(At(Summary), result.Summary.ToJson() + "\n");
        DataFrame.SaveCsv(result.History.ToDataFrame(), At(History), cultureInfo: CultureInfo.InvariantCulture);
        ModelFile.Save(At(Model), result.Transformer.Architecture, result.Transformer.Parameters);
        new MLContext().Model.Save(result.Transformer, result.Transformer.InputSchema, At(StockModel));
        result.Distribution.Save(At(Distribution));
        using var report = File.CreateText(At(Report));
        ExperimentReport.Create(result).Write(report);
    }
}
