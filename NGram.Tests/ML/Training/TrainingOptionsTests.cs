using NGram.ML.Engines;
using NGram.ML.Training;

namespace NGram.Tests.ML.Training;

[TestClass]
public sealed class TrainingOptionsTests
{
    [TestMethod]
    public void Defaults_are_the_notebooks()
    {
        var options = new TrainingOptions();
        Assert.AreEqual(
            (1e-3, 512, 20, TrainingObjective.NextToken),
            (options.LearningRate, options.BatchSize, options.Epochs, options.Objective));
        Assert.AreEqual(1e-3, options.LearningRateOf(19), "constant");
    }

    [TestMethod]
    public void The_learning_rate_is_linear_from_the_first_epoch_to_the_last()
    {
        // Experiment 1: 0.01 in the first of 64 epochs, 0.00064844 in the last one.
        var options = new TrainingOptions { Epochs = 64, LearningRate = 0.01, FinalLearningRate = 0.00064844 };
        Assert.AreEqual(0.01, options.LearningRateOf(0), 1e-15);
        Assert.AreEqual(0.00064844, options.LearningRateOf(63), 1e-15);
        // The original's formula: lr (lr + (lr_low - lr) e / E).
        for (int epoch = 0; epoch < 64; epoch++)
            Assert.AreEqual(0.1 * (0.1 + (0.005 - 0.1) * epoch / 64), options.LearningRateOf(epoch), 1e-8);
        Assert.AreEqual(0.01, (options with { Epochs = 1 }).LearningRateOf(0));
    }

    [TestMethod]
    [DataRow("LearningRate", 0.0)]
    [DataRow("LearningRate", double.NaN)]
    [DataRow("LearningRate", double.PositiveInfinity)]
    [DataRow("FinalLearningRate", -1.0)]
    [DataRow("BatchSize", 0.0)]
    [DataRow("Epochs", 0.0)]
    [DataRow("Threads", 0.0)]
    [DataRow("TargetAccuracy", 1.5)]
    [DataRow("Patience", 0.0)]
    public void Values_out_of_range_are_named(string name, double value)
    {
        var options = name switch
        {
            "LearningRate" => new TrainingOptions { LearningRate = value },
            "FinalLearningRate" => new TrainingOptions { FinalLearningRate = value },
            "BatchSize" => new TrainingOptions { BatchSize = (int)value },
            "Epochs" => new TrainingOptions { Epochs = (int)value },
            "Threads" => new TrainingOptions { Threads = (int)value },
            "TargetAccuracy" => new TrainingOptions { TargetAccuracy = value },
            _ => new TrainingOptions { Patience = (int)value },
        };
        var error = Assert.Throws<ArgumentOutOfRangeException>(options.Validate);
        Assert.AreEqual(name, error.ParamName);
        StringAssert.Contains(error.Message, "it must be");
    }
}
