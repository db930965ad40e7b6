namespace NGram.Tests.House;

/// <summary>The folders of the libraries and the tool in their order: each uses only itself and those above it.</summary>
internal static class Rooms
{
    /// <summary>The order. A project's root files come last.</summary>
    public static readonly string[] Order =
    [
        "NGram.Data/Checks",
        "NGram.Data/IO",
        "NGram.Data/Safetensors",
        "NGram.Data/Randomness",
        "NGram.Data/Distributions",
        "NGram.Data/Laws",
        "NGram.Data/Counts",
        "NGram.Data/Sequences",
        "NGram.Data/Keys",
        "NGram.Data/Views",
        "NGram.Data/Text",
        "NGram.Data/Corpora",
        "NGram.Data/Files/Rows",
        "NGram.Data/Files",
        "NGram.Data",
        "NGram.ML/Shards",
        "NGram.ML/Native",
        "NGram.ML/Models/Tensors",
        "NGram.ML/Models/Layers",
        "NGram.ML/Models",
        "NGram.ML/Engines",
        "NGram.ML/Fused/Vectors",
        "NGram.ML/Fused/Threading",
        "NGram.ML/Fused/Memory",
        "NGram.ML/Fused/Kernels",
        "NGram.ML/Fused/Differentiation",
        "NGram.ML/Fused/Batches",
        "NGram.ML/Fused/Operations",
        "NGram.ML/Fused",
        "NGram.ML/Prediction/Forward",
        "NGram.ML/Prediction",
        "NGram.ML/Training/Batches",
        "NGram.ML/Training/Snapshots",
        "NGram.ML/Training",
        "NGram.ML/Optimum",
        "NGram.ML/Bounds",
        "NGram.ML/Constructions/Systems",
        "NGram.ML/Constructions/Facts",
        "NGram.ML/Constructions",
        "NGram.ML/Interchange/Weights",
        "NGram.ML/Interchange/Onnx",
        "NGram.ML/Interchange/Stock",
        "NGram.ML/Interchange",
        "NGram.ML/Estimators/Scoring",
        "NGram.ML/Estimators",
        "NGram.ML/Estimators/Solved",
        "NGram.ML/Generation",
        "NGram.ML/Evaluation/Csv",
        "NGram.ML/Evaluation",
        "NGram.ML/Evaluation/Batch",
        "NGram.ML/Reports/Drawing",
        "NGram.ML/Reports",
        "NGram.ML/Inspection",
        "NGram.ML/Experiments",
        "NGram.ML/Sweeps/Values",
        "NGram.ML/Sweeps",
        "NGram.ML/Sweeps/Running",
        "NGram.ML/Sweeps/Tables",
        "NGram.ML/Sweeps/Pipelines",
        "NGram.ML/Sweeps/Analysis",
        "NGram.ML/Sweeps/Reporting",
        "NGram.ML",
        "NGram.Cli/Terminal",
        "NGram.Cli/CommandLine",
        "NGram.Cli/Paths",
        "NGram.Cli/Flags",
        "NGram.Cli/Sample",
        "NGram.Cli/Corpora",
        "NGram.Cli/Predict",
        "NGram.Cli/Export",
        "NGram.Cli/Evaluate",
        "NGram.Cli/Inspect",
        "NGram.Cli/Train",
        "NGram.Cli/Construct",
        "NGram.Cli/Bounds",
        "NGram.Cli/Sweeping",
        "NGram.Cli/Bench/Cases",
        "NGram.Cli/Bench/Reference",
        "NGram.Cli/Bench/Measure",
        "NGram.Cli/Bench/Report",
        "NGram.Cli/Bench",
        "NGram.Cli/Doctor",
        "NGram.Cli",
    ];

    /// <summary>The most files that a room may have.</summary>
    public const int MostFiles = 16;

    /// <summary>The rooms that may have more, with the reason.</summary>
    public static readonly Dictionary<string, string> Rows = new()
    {
        ["NGram.ML/Bounds"] = "a bound a file",
    };

    /// <summary>The files that ask which architecture or distribution it is: a new one must be made known there.</summary>
    public static readonly string[] Dispatches =
    [
        "NGram.Data/Files/DistributionFile.cs",
        "NGram.Data/Sequences/SequenceSampler.cs",
        "NGram.ML/Fused/FusedEngine.cs",
        "NGram.ML/Fused/LaneChoice.cs",
        "NGram.ML/Prediction/FusedPredictor.cs",
        "NGram.ML/Bounds/BoundSetting.cs",
        "NGram.ML/Bounds/MemorisedAccuracy.cs",
        "NGram.ML/Interchange/Weights/ArchitectureJson.cs",
        "NGram.ML/Interchange/Onnx/LogitsGraph.cs",
        "NGram.ML/Estimators/ModuleEstimator.cs",
        "NGram.ML/Estimators/Solved/OptimalSequenceEncoderEstimator.cs",
        "NGram.ML/Inspection/ModelInspection.cs",
        "NGram.Cli/Bench/Reference/StepVariant.cs",
    ];

    /// <summary>A folder's place in the order, or -1.</summary>
    public static int Place(string folder) => Array.IndexOf(Order, folder);
}
