using NGram.Data.Laws;
using NGram.ML.Experiments;
using NGram.ML.Models;
using NGram.ML.Reports;
using NGram.ML.Training;

namespace NGram.Tests.ML.Reports;

[TestClass]
public sealed class TrainedBaselineTests
{
    [TestMethod]
    [DataRow(0.2137, 0.2066, "The model (0.2066) is below the trained baseline (0.2137)")]
    [DataRow(-0.001, 0.3, "The trained baseline is negative (-0.0010)")]
    [DataRow(0.0057, 1.69, null)]
    [DataRow(0.0057, null, null)]
    [DataRow(null, 1.69, null)]
    public void A_baseline_that_is_not_the_optimum_is_told(double? baseline, double? model, string? warning)
    {
        string? actual = TrainedBaseline.Warning(baseline, model);
        if (warning is null)
            Assert.IsNull(actual);
        else
            StringAssert.StartsWith(actual, warning);
    }

    [TestMethod]
    public void A_run_whose_model_beats_its_baseline_says_so_in_its_report()
    {
        // The model learns; the baseline takes a single step.
        using var result = Experiment.Run(new ExperimentSettings
        {
            Law = new PowerLaw { VocabularySize = 9 },
            Batches = 20,
            Model = new TransformerOptions { Heads = 4 },
            Training = new TrainingOptions { BatchSize = 128, Epochs = 6, LearningRate = 0.02 },
            Baseline = new BaselineSettings { BatchSize = 64, Batches = 1, Epochs = 1 },
        });
        Assert.IsLessThan(result.Summary.OptimalDivergence!.Value, result.Summary.Divergence!.Value);
        StringAssert.Contains(ExperimentReport.Create(result).ToHtml(), "is below the trained baseline");
        Assert.DoesNotContain("baselineWarning", result.Summary.ToJson());
    }
}
