using System.Globalization;
using System.Runtime.ExceptionServices;
using Microsoft.Data.Analysis;
using NGram.Data.Checks;
using NGram.Data.Files;
using NGram.Data.IO;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Stock;
using NGram.ML.Interchange.Weights;

namespace NGram.ML.Experiments;

/// <summary>An experiment on disk: a folder that is complete once it has its summary.</summary>
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
    /// The settings of a run to continue; what a killed process left half-written beside its checkpoint is removed.
    /// </summary>
    /// <exception cref="InvalidDataException">
    /// They are not settings, or the folder holds a run that is done; the message names the file.
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
        if (!CanResume(directory))
        {
            throw new InvalidDataException(
                $"{directory} holds a whole run and no {RunFiles.CheckpointFolder}: there is nothing to go on with.");
        }

        // A process that was killed while it saved a checkpoint.
        string partial = RunFiles.CheckpointOf(directory) + ".partial";
        if (File.Exists(partial))
            File.Delete(partial);
        return settings;
    }

    /// <summary>Whether a folder holds a run that has begun but is not complete, or was stopped.</summary>
    public static bool CanResume(string directory) =>
        File.Exists(Path.Combine(directory, RunFiles.Settings))
        && (!File.Exists(Path.Combine(directory, RunFiles.Summary))
            || Directory.Exists(Path.GetDirectoryName(RunFiles.CheckpointOf(directory))));

    /// <summary>Puts the settings into the folder of a run: with them and a checkpoint, it can continue after a kill.</summary>
    public static void Begin(OutputSet outputs, OutputPlace folder, ExperimentSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string json = settings.Resolve().ToJson() + "\n";
        folder.Write(partial => Write(partial, RunFiles.Settings, path => File.WriteAllText(path, json)));
        outputs.Commit(last: Path.Combine(folder.Path, RunFiles.Summary));
    }

    /// <summary>
    /// Adds the results to a run that has begun, the summary last: without it, the run is not complete. The checkpoint stays.
    /// </summary>
    /// <exception cref="IOException">
    /// They cannot be written, because the disk is full or a library runs out of memory; the message says where the weights and
    /// the history are kept, if anywhere.
    /// </exception>
    public static void Write(OutputSet outputs, OutputPlace folder, ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        string last = Path.Combine(folder.Path, RunFiles.Summary);
        try
        {
            folder.Write(partial => WriteFiles(partial, result));
            outputs.Commit(last);
        }
        catch (Exception exception) when (IsOfMachine(exception))
        {
            string kept = (KeepIn(outputs, folder, last, result) ?? KeepElsewhere(result)) is { } place
                ? $"the weights and the history are kept in {place}."
                : "the weights and the history can be kept nowhere either.";
            string why =
                MemoryBudget.RanOut(exception) ? "there is not enough memory for the other results"
                : WriteFault.Is(exception) ? exception.Message.TrimEnd('.')
                : $"the other results cannot be written: {exception.GetBaseException().Message.TrimEnd('.')}";
            throw new IOException($"{why}; {kept}", exception);
        }
    }

    private static bool IsOfMachine(Exception exception) =>
        WriteFault.Is(exception)
        || MemoryBudget.RanOut(exception)
        || exception is DllNotFoundException or TypeInitializationException;

    /// <summary>Writes only the weights and the history into the run folder, which may have room for those.</summary>
    /// <returns>Where they are; null if there is none.</returns>
    private static string? KeepIn(OutputSet outputs, OutputPlace folder, string last, ExperimentResult result)
    {
        try
        {
            folder.Clear();
            folder.Write(partial => WriteModel(partial, result));
            outputs.Commit(last);
            folder.Keep();
            return folder.Path;
        }
        catch (Exception exception) when (WriteFault.Is(exception))
        {
            return null;
        }
    }

    /// <summary>
    /// Writes only the weights and the history into the folder of temporary files, which may be on another disk.
    /// </summary>
    private static string? KeepElsewhere(ExperimentResult result)
    {
        string? place = null;
        try
        {
            place = Directory.CreateTempSubdirectory("ngram-run-").FullName;
            File.WriteAllText(Path.Combine(place, RunFiles.Settings), result.Settings.ToJson() + "\n");
            WriteModel(place, result);
            return place;
        }
        catch (Exception exception) when (WriteFault.Is(exception))
        {
            if (place is not null)
                Directory.Delete(place, recursive: true);
            return null;
        }
    }

    private static void WriteFiles(string directory, ExperimentResult result)
    {
        void WriteTables()
        {
            WriteModel(directory, result);
            if (result.Trace is { } trace)
            {
                WriteTable(directory, RunFiles.Memory, trace.ToDataFrame());
                WriteTable(directory, RunFiles.Prompts, trace.PromptsToDataFrame());
            }
            Write(directory, RunFiles.Summary, path => File.WriteAllText(path, result.Summary.ToJson() + "\n"));
            if (result.Settings.Onnx)
                Write(directory, RunFiles.OnnxModel, path => result.Transformer.SaveAsOnnx(path));
            if (result.Distribution is { } distribution)
                Write(directory, RunFiles.Distribution, path => distribution.Save(path));
        }
        try
        {
            // The libraries behind the report and the stock model spend most of their time starting: in parallel they take half.
            Parallel.Invoke(
                () => Write(directory, RunFiles.StockModel, path =>
                    StockFile.Write(path, result.Transformer, result.Transformer.InputSchema)),
                () => Write(directory, RunFiles.Report, path =>
                {
                    using var report = File.CreateText(path);
                    ExperimentReport.Create(result).Write(report);
                }),
                WriteTables);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }

    /// <summary>What took the time of the run: it is written first, and kept if the rest cannot be.</summary>
    private static void WriteModel(string directory, ExperimentResult result)
    {
        var (history, model) = (result.History, result.Transformer);
        Write(directory, RunFiles.Model, path => ModelFile.Save(path, model.Architecture, model.Parameters));
        WriteTable(directory, RunFiles.History, history.ToDataFrame());
        if (history.ValidationLosses.Count > 0)
            WriteTable(directory, RunFiles.Validation, history.ValidationToDataFrame());
    }

    private static void WriteTable(string directory, string name, DataFrame table) =>
        Write(directory, name, path => DataFrame.SaveCsv(table, path, cultureInfo: CultureInfo.InvariantCulture));

    /// <summary>Writes a file; every fault names it, rather than a library's own file.</summary>
    private static void Write(string directory, string name, Action<string> write)
    {
        string path = Path.Combine(directory, name);
        try
        {
            write(path);
        }
        catch (Exception exception) when (WriteFault.Of(path, exception) is { } named)
        {
            throw named;
        }
    }
}
