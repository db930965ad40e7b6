using System.Globalization;
using NGram.Data.Safetensors;
using NGram.ML.Engines;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Training;

/// <summary>
/// A training between two batches: the engine's state and the history; order of rows and schedule follow from them.
/// </summary>
/// <param name="State">Parameters and optimizer.</param>
/// <param name="History">All batches done.</param>
/// <param name="Data">Fingerprint of the training data; null if there is none.</param>
/// <param name="Settings">What the training was told; null if that is not kept.</param>
/// <param name="Every">Batches between two checkpoints; null: only when cancelled.</param>
internal sealed record TrainingCheckpoint(
    EngineState State,
    TrainingHistory History,
    string? Data = null,
    string? Settings = null,
    int? Every = null)
{
    private const string StepsName = "steps", BatchesName = "batchesPerEpoch", EveryName = "every", DataName = "data",
        SettingsName = "settings";

    private const string Losses = "history.losses", Accuracies = "history.accuracies", LearningRates = "history.learning_rates",
        ValidationLosses = "history.validation_losses", ValidationAccuracies = "history.validation_accuracies";

    private const string Parameter = "parameter.", FirstMoment = "first_moment.", SecondMoment = "second_moment.";

    /// <summary>Writes one .safetensors file, atomically.</summary>
    public void Save(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
            Directory.CreateDirectory(directory);
        IEnumerable<KeyValuePair<string, SafetensorsTensor>> tensors =
        [
            .. Named(Parameter, State.Parameters),
            .. Named(FirstMoment, State.FirstMoments),
            .. Named(SecondMoment, State.SecondMoments),
            Column(Losses, History.Losses),
            Column(Accuracies, History.Accuracies),
            Column(LearningRates, History.LearningRates),
            Column(ValidationLosses, History.ValidationLosses),
            Column(ValidationAccuracies, History.ValidationAccuracies),
        ];
        var metadata = new Dictionary<string, string>
        {
            [StepsName] = State.Steps.ToString(CultureInfo.InvariantCulture),
            [BatchesName] = History.BatchesPerEpoch.ToString(CultureInfo.InvariantCulture),
        };
        if (Data is not null)
            metadata[DataName] = Data;
        if (Settings is not null)
            metadata[SettingsName] = Settings;
        if (Every is { } every)
            metadata[EveryName] = every.ToString(CultureInfo.InvariantCulture);
        SafetensorsFile.Write(path, tensors, metadata);
    }

    /// <summary>Reads a checkpoint of a training with these batches, this entropy and this data.</summary>
    /// <exception cref="InvalidDataException">
    /// It is not a checkpoint, or another training's; the message names the file.
    /// </exception>
    public static TrainingCheckpoint Load(
        string path,
        int batchesPerEpoch,
        double? entropy,
        string? data = null,
        string? settings = null)
    {
        var file = SafetensorsFile.Read(path);
        RequireDoubles(path, file);
        long steps = ReadSteps(path, file);
        RequireSameTraining(path, file, batchesPerEpoch, data, settings);
        double[] Values(string name) =>
            file.Tensors.TryGetValue(name, out var tensor)
                ? tensor.ToDoubles()
                : throw new InvalidDataException($"{path} is not a checkpoint: the tensor {name} is missing.");
        var history = TrainingHistory.Restore(
            batchesPerEpoch,
            entropy,
            Values(Losses),
            Values(Accuracies),
            Values(LearningRates),
            Values(ValidationLosses),
            Values(ValidationAccuracies));
        if (history.Steps != steps || history.Accuracies.Count != steps || history.LearningRates.Count != steps)
        {
            throw new InvalidDataException(
                $"{path} is not a whole checkpoint: {steps} steps, but {history.Steps} losses, "
                    + $"{history.Accuracies.Count} accuracies and {history.LearningRates.Count} learning rates.");
        }
        return new TrainingCheckpoint(
            new EngineState(Part(path, file, Parameter), Part(path, file, FirstMoment), Part(path, file, SecondMoment), steps),
            history,
            data,
            settings,
            ReadEvery(file));
    }

    private static void RequireDoubles(string path, SafetensorsFile file)
    {
        foreach (var (name, tensor) in file.Tensors)
        {
            if (tensor.DataType != "F64")
            {
                throw new InvalidDataException(
                    $"{path} is not a checkpoint: the tensor {name} holds {tensor.DataType}; it must hold F64.");
            }
        }
    }

    private static long ReadSteps(string path, SafetensorsFile file) =>
        file.Metadata.TryGetValue(StepsName, out string? text)
        && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long steps)
            ? steps
            : throw new InvalidDataException($"{path} is not a checkpoint: its header does not name the number of steps.");

    private static int? ReadEvery(SafetensorsFile file) =>
        file.Metadata.TryGetValue(EveryName, out string? text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int every)
        && every > 0
            ? every
            : null;

    /// <summary>What the file does not tell, or was not asked for, is not compared; the batches always are.</summary>
    private static void RequireSameTraining(
        string path,
        SafetensorsFile file,
        int batchesPerEpoch,
        string? data,
        string? settings)
    {
        file.Metadata.TryGetValue(BatchesName, out string? batches);
        if (batches != batchesPerEpoch.ToString(CultureInfo.InvariantCulture))
        {
            throw new InvalidDataException(
                $"{path} is a checkpoint of a training with {batches ?? "an unknown number of"} batches an epoch; "
                    + $"this one has {batchesPerEpoch}.");
        }
        if (settings is not null && file.Metadata.TryGetValue(SettingsName, out string? told) && told != settings)
        {
            throw new InvalidDataException(
                $"{path} is a checkpoint of a training with other settings: {Difference(told, settings)}.");
        }
        if (data is not null && file.Metadata.TryGetValue(DataName, out string? seen) && seen != data)
            throw new InvalidDataException($"{path} is a checkpoint of a training on other data; the data has changed since.");
    }

    private static IEnumerable<KeyValuePair<string, SafetensorsTensor>> Named(string prefix, StateDict values) =>
        values.Select(pair =>
            KeyValuePair.Create(prefix + pair.Key, SafetensorsTensor.FromDoubles(pair.Value.Shape, pair.Value.Values)));

    private static KeyValuePair<string, SafetensorsTensor> Column(string name, IReadOnlyList<double> values) =>
        KeyValuePair.Create(name, SafetensorsTensor.FromDoubles([values.Count], [.. values]));

    /// <summary>The first line that two texts do not share.</summary>
    private static string Difference(string saved, string given)
    {
        static string Line(string? text) => text is null ? "nothing" : text.Trim().TrimEnd(',');
        string[] before = saved.Split('\n'), now = given.Split('\n');
        int line = before.Zip(now).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"it has {Line(before.ElementAtOrDefault(line))}, and now there is {Line(now.ElementAtOrDefault(line))}";
    }

    private static StateDict Part(string path, SafetensorsFile file, string prefix)
    {
        var part = new StateDict();
        foreach (var (name, tensor) in file.Tensors.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)))
        {
            double[] values = tensor.ToDoubles();
            if (Array.FindIndex(values, value => !double.IsFinite(value)) is var index and >= 0)
            {
                throw new InvalidDataException(
                    $"{path} is not a checkpoint: the tensor {name} holds a value that is not finite at index {index}.");
            }

            part.Add(name[prefix.Length..], new ParameterTensor(tensor.Shape, values));
        }
        return part;
    }
}
