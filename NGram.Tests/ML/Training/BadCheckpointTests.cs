using NGram.Data.Safetensors;
using NGram.ML.Engines;
using NGram.ML.Models.Tensors;
using NGram.ML.Training;
using NGram.Tests.Cli;

namespace NGram.Tests.ML.Training;

/// <summary>Files that are not checkpoints, or another training's: one line that names the file.</summary>
[TestClass]
public sealed class BadCheckpointTests : IDisposable
{
    private const int BatchesPerEpoch = 2;

    private readonly TemporaryFolder folder = new();

    private string File => folder["training.safetensors"];

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void A_whole_one_is_read()
    {
        Save();
        var checkpoint = Load();
        Assert.AreEqual(3, checkpoint.State.Steps);
        CollectionAssert.AreEqual(new[] { 0.5, -2 }, checkpoint.State.Parameters["w"].Values);
    }

    [TestMethod]
    [DataRow("parameter.w", double.NaN)]
    [DataRow("parameter.w", double.PositiveInfinity)]
    [DataRow("first_moment.w", double.NaN)]
    [DataRow("second_moment.w", double.NaN)]
    public void A_parameter_that_is_not_finite_is_refused(string name, double value)
    {
        Save();
        Change(tensors => tensors[name] = SafetensorsTensor.FromDoubles([2], [1, value]));
        Refuse($"the tensor {name} holds a value that is not finite at index 1");
    }

    [TestMethod]
    [DataRow("parameter.w")]
    [DataRow("second_moment.w")]
    [DataRow("history.losses")]
    [DataRow("surplus")]
    public void Tensors_of_another_type_are_refused(string name)
    {
        Save();
        Change(tensors => tensors[name] = new SafetensorsTensor("I64", [2], new byte[16]));
        Refuse($"the tensor {name} holds I64; it must hold F64");
    }

    [TestMethod]
    [DataRow("history.losses")]
    [DataRow("history.validation_accuracies")]
    public void A_missing_history_is_refused(string name)
    {
        Save();
        Change(tensors => tensors.Remove(name));
        Refuse($"the tensor {name} is missing");
    }

    [TestMethod]
    [DataRow("2", "2 steps, but 3 losses, 3 accuracies and 3 learning rates")]
    [DataRow("9223372036854775807", "9223372036854775807 steps, but 3 losses")]
    [DataRow("9223372036854775808", "its header does not name the number of steps")]
    [DataRow("-3", "its header does not name the number of steps")]
    [DataRow("3.0", "its header does not name the number of steps")]
    [DataRow(null, "its header does not name the number of steps")]
    public void Wrong_steps_are_refused(string? steps, string message)
    {
        Save();
        Change(_ => { }, metadata =>
        {
            if (steps is null)
                metadata.Remove("steps");
            else
                metadata["steps"] = steps;
        });
        Refuse(message);
    }

    [TestMethod]
    public void Another_history_than_the_steps_is_refused()
    {
        Save();
        Change(tensors => tensors["history.accuracies"] = SafetensorsTensor.FromDoubles([2], [0, 0]));
        Refuse("3 steps, but 3 losses, 2 accuracies and 3 learning rates");
    }

    [TestMethod]
    public void Another_training_is_refused()
    {
        Save();
        Refuse("2 batches an epoch; this one has 3", batchesPerEpoch: 3);
        Refuse("on other data", data: "other");
        Refuse("with other settings: it has \"seed\": 1, and now there is \"seed\": 2", settings: "{\n  \"seed\": 2,\n}");
        Change(_ => { }, metadata => metadata.Remove("batchesPerEpoch"));
        Refuse("an unknown number of batches an epoch");
    }

    private void Save()
    {
        static StateDict Of(params double[] values) => new() { ["w"] = new ParameterTensor([2], values) };
        var history = TrainingHistory.Restore(BatchesPerEpoch, null, [3, 2, 1], [0, 0.5, 1], [0.1, 0.1, 0.1], [], []);
        new TrainingCheckpoint(new EngineState(Of(0.5, -2), Of(0, 0), Of(1, 1), 3), history, "data", "{\n  \"seed\": 1,\n}").Save(
            File);
    }

    private TrainingCheckpoint Load(
        int batchesPerEpoch = BatchesPerEpoch,
        string data = "data",
        string settings = "{\n  \"seed\": 1,\n}"
    ) => TrainingCheckpoint.Load(File, batchesPerEpoch, null, data, settings);

    private void Refuse(
        string message,
        int batchesPerEpoch = BatchesPerEpoch,
        string data = "data",
        string settings = "{\n  \"seed\": 1,\n}"
    ) => Refusal.Of(() => Load(batchesPerEpoch, data, settings), File, message);

    private void Change(
        Action<Dictionary<string, SafetensorsTensor>> change,
        Action<Dictionary<string, string>>? changeMetadata = null)
    {
        var file = SafetensorsFile.Read(File);
        var (tensors, metadata) = (
            new Dictionary<string, SafetensorsTensor>(file.Tensors),
            new Dictionary<string, string>(file.Metadata));
        change(tensors);
        changeMetadata?.Invoke(metadata);
        SafetensorsFile.Write(File, tensors, metadata);
    }
}
