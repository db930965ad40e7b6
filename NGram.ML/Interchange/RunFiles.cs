namespace NGram.ML.Interchange;

/// <summary>Names of the files in a run folder.</summary>
public static class RunFiles
{
    /// <summary>Every setting, enough to run it again.</summary>
    public const string Settings = "settings.json";

    /// <summary>Loss and accuracy of every batch.</summary>
    public const string History = "history.csv";

    /// <summary>Loss and accuracy on the validation data, by epoch.</summary>
    public const string Validation = "validation.csv";

    /// <summary>What the model held while it was trained, by step.</summary>
    public const string Memory = "memory.csv";

    /// <summary>What it holds of every prompt, and when it learned it.</summary>
    public const string Prompts = "prompts.csv";

    /// <summary>Results and bounds.</summary>
    public const string Summary = "summary.json";

    /// <summary>Charts and tables.</summary>
    public const string Report = "report.html";

    /// <summary>Weights, beside their .json.</summary>
    public const string Model = "model.safetensors";

    /// <summary>The model for stock ML.NET.</summary>
    public const string StockModel = "model.zip";

    /// <summary>The model for ONNX Runtime.</summary>
    public const string OnnxModel = "model.onnx";

    /// <summary>The law of the tokens.</summary>
    public const string Distribution = "distribution.safetensors";

    /// <summary>The folder of the state that a training goes on from.</summary>
    public const string CheckpointFolder = "checkpoint";

    /// <summary>The checkpoint of a run folder.</summary>
    public static string CheckpointOf(string folder) => Path.Combine(folder, CheckpointFolder, "training.safetensors");
}
