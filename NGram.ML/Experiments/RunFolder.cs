using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using NGram.Data.Files;
using NGram.Data.IO;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Weights;

namespace NGram.ML.Experiments;

/// <summary>An experiment on disk: a folder that is either whole or not there.</summary>
internal static class RunFolder
{
    /// <summary>The settings of a run, whole or begun.</summary>
    /// <exception cref="InvalidDataException">They are not settings; the message names the file.</exception>
    /// <exception cref="IOException">The folder has no settings.</exception>
    public static ExperimentSettings ReadSettings(string directory)
    {
        string path = Path.Combine(directory, RunFiles.Settings);
        return ExperimentSettings.FromJson(ShortText.Read(path), path);
    }

    /// <summary>
    /// The settings of a run to go on with; what a killed process left half-written beside its checkpoint is removed.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// They are not settings, or the folder holds no run that has begun; the message names the file.
    /// </exception>
    /// <exception cref="IOException">The folder has no settings.</exception>
    public static ExperimentSettings Resume(string directory)
    {
        string path = Path.Combine(directory, RunFiles.Settings);
        var settings = ReadSettings(directory);
        try
        {
            settings = settings.Resolve();
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
        if (!HasBegun(directory, settings))
        {
            throw new InvalidDataException(
                $"{directory} holds a whole run and no {RunFiles.CheckpointFolder}: there is nothing to go on with.");
        }

        // A process that was killed while it saved a checkpoint.
        if (File.Exists(RunFiles.CheckpointOf(directory) + ".partial"))
            File.Delete(RunFiles.CheckpointOf(directory) + ".partial");
        return settings;
    }

    /// <summary>Makes the folder of a run that will save checkpoints: with its settings it can go on after a kill.</summary>
    public static void Begin(string directory, ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Directory.CreateDirectory(directory);
        string json = settings.Resolve().ToJson() + "\n";
        AtomicFile.Write(Path.Combine(directory, RunFiles.Settings), stream => stream.Write(Encoding.UTF8.GetBytes(json)));
    }

    /// <summary>
    /// Takes back <see cref="Begin"/> where the run came to nothing: a folder that holds the settings alone is removed, one with
    /// a checkpoint stays.
    /// </summary>
    public static void Abandon(string directory)
    {
        string checkpoints = Path.Combine(directory, RunFiles.CheckpointFolder);
        if (Directory.Exists(checkpoints) && !Directory.EnumerateFileSystemEntries(checkpoints).Any())
            Directory.Delete(checkpoints);
        if (
            !Directory.Exists(directory)
            || Directory.EnumerateFileSystemEntries(directory).Any(entry => Path.GetFileName(entry) != RunFiles.Settings))
        {
            return;
        }

        File.Delete(Path.Combine(directory, RunFiles.Settings));
        Directory.Delete(directory);
    }

    /// <summary>
    /// Writes a run beside its place and moves it there when it is whole. The folder of the same run, begun, is completed file by
    /// file; its checkpoint stays, so that a run killed meanwhile can go on.
    /// </summary>
    /// <exception cref="IOException">
    /// The folder holds something else (nothing has changed then), or cannot be written.
    /// </exception>
    public static void Write(string directory, ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (HasBegun(directory, result.Settings))
            AtomicFolder.Complete(directory, partial => WriteFiles(partial, result), last: RunFiles.Summary);
        else
            AtomicFolder.Write(directory, partial => WriteFiles(partial, result));
    }

    /// <summary>
    /// Whether a folder holds a run of these settings that has begun: it has a checkpoint, or none yet and nothing else.
    /// </summary>
    private static bool HasBegun(string directory, ExperimentSettings settings)
    {
        if (!Directory.Exists(directory))
            return false;
        string path = Path.Combine(directory, RunFiles.Settings);
        bool isAnother = File.Exists(path) && ReadSettings(directory).Resolve().ToJson() != settings.ToJson();
        var entries = Directory.EnumerateFileSystemEntries(directory).Select(Path.GetFileName);
        return !isAnother
            && (Directory.Exists(Path.Combine(directory, RunFiles.CheckpointFolder))
                || entries.All(name => name == RunFiles.Settings));
    }

    private static void WriteFiles(string directory, ExperimentResult result)
    {
        string At(string name) => Path.Combine(directory, name);
        void WriteTables()
        {
            File.WriteAllText(At(RunFiles.Settings), result.Settings.ToJson() + "\n");
            File.WriteAllText(At(RunFiles.Summary), result.Summary.ToJson() + "\n");
            DataFrame.SaveCsv(result.History.ToDataFrame(), At(RunFiles.History), cultureInfo: CultureInfo.InvariantCulture);
            if (result.History.ValidationLosses.Count > 0)
            {
                DataFrame.SaveCsv(
                    result.History.ValidationToDataFrame(),
                    At(RunFiles.Validation),
                    cultureInfo: CultureInfo.InvariantCulture);
            }

            ModelFile.Save(At(RunFiles.Model), result.Transformer.Architecture, result.Transformer.Parameters);
            if (result.Settings.Onnx)
                result.Transformer.SaveAsOnnx(At(RunFiles.OnnxModel));
            result.Distribution?.Save(At(RunFiles.Distribution));
        }
        void WriteReport()
        {
            using var report = File.CreateText(At(RunFiles.Report));
            ExperimentReport.Create(result).Write(report);
        }
        try
        {
            // The libraries behind the report and the stock model take most of their time to start: side by side they take half.
            Parallel.Invoke(
                () =>
                    new MLContext { TempFilePath = directory }.Model.Save(
                        result.Transformer,
                        result.Transformer.InputSchema,
                        At(RunFiles.StockModel)),
                WriteReport,
                WriteTables);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
