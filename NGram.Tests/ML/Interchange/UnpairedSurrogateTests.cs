using NGram.ML.Experiments;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Interchange.Weights;
using NGram.Tests.Cli;
using NGram.Tests.ML.Evaluation;

namespace NGram.Tests.ML.Interchange;

/// <summary>Half a surrogate pair is valid JSON and not a text; and texts that are there twice are not a vocabulary.</summary>
[TestClass]
public sealed class UnpairedSurrogateTests : IDisposable
{
    private const string Half = "\\ud800";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TestMethod]
    [DataRow("\"kind\": \"transformer\"", $"\"kind\": \"{Half}\"")]
    [DataRow("\"kind\": \"transformer\"", $"\"{Half}\": 1, \"kind\": \"transformer\"")]
    [DataRow("\"precision\": \"float32\"", $"\"precision\": \"{Half}\"")]
    [DataRow("\"vocabulary_size\": 6", $"\"vocabulary_size\": \"{Half}\"")]
    public void In_an_architecture_it_is_refused_by_the_files_name(string text, string hostile)
    {
        string weights = folder["m.safetensors"], path = folder["m.json"];
        SavedModels.Save(weights, seed: 1);
        string json = File.ReadAllText(path);
        Assert.Contains(text, json);
        File.WriteAllText(path, json.Replace(text, hostile, StringComparison.Ordinal));
        Refusal.Of(() => ModelFile.Load(weights), path);
    }

    [TestMethod]
    [DataRow("\"seed\": 2222", $"\"seed\": \"{Half}\"")]
    [DataRow("\"engine\": \"auto\"", $"\"engine\": \"{Half}\"")]
    [DataRow("\"files\": []", $"\"files\": [\"{Half}\"]")]
    public void In_settings_it_is_refused_by_the_files_name(string text, string hostile)
    {
        string json = new ExperimentSettings().ToJson();
        Assert.Contains(text, json);
        string message = Assert
            .ThrowsExactly<InvalidDataException>(() =>
                ExperimentSettings.FromJson(json.Replace(text, hostile, StringComparison.Ordinal), "settings.json"))
            .Message;
        Assert.StartsWith("settings.json", message);
    }

    [TestMethod]
    public void Tokens_that_an_ONNX_model_has_twice_are_refused_by_the_files_name()
    {
        string path = folder["m.onnx"];
        SavedModels.SaveWithTexts(path, seed: 1, ["a", "b", "c", "d", "b", "e"]);
        Refusal.Of(() => OnnxFile.Load(path), path, "the token 'b' more than once");
    }
}
