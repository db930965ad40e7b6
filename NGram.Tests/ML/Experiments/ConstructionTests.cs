using Microsoft.ML;
using NGram.Data.Distributions;
using NGram.Data.Laws;
using NGram.ML.Constructions;
using NGram.ML.Estimators.Solved;
using NGram.ML.Experiments;
using NGram.ML.Models;

namespace NGram.Tests.ML.Experiments;

/// <summary>What is said of a construction, in its own precision and after the cast to float32.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class ConstructionTests
{
    [TestMethod]
    [DataRow(ConstructionMethod.Theorem, 4, 24, 0, 100)]
    [DataRow(ConstructionMethod.Theorem, 2, 49, 0, 40)] // d = 2: ill-conditioned
    [DataRow(ConstructionMethod.NGram, 10, 1, 0, 100)]
    [DataRow(ConstructionMethod.FactMlp, 6, 2, 120, 100)]
    public void All_facts_are_held_in_double_and_those_left_in_float32_are_counted(
        ConstructionMethod method, int d, int heads, int width, int atLeast)
    {
        using var result = Experiment.Construct(new()
        {
            Law = new PowerLaw { VocabularySize = 10 },
            Construction = method,
            Model = Model(d, heads, width),
        });
        var summary = result.Summary;
        Assert.AreEqual(method, summary.Construction);
        Assert.AreEqual((100, 100L), (summary.Solved, summary.Facts));
        Assert.AreEqual(100, summary.Rank);
        Assert.IsGreaterThan(10, summary.SmallestMargin!.Value);
        Assert.IsLessThan(1e-7, summary.ExactDivergence!.Value);

        // The same weights on libtorch in float32.
        var architecture = (TransformerArchitecture)result.Transformer.Architecture;
        architecture = architecture with { Options = architecture.Options with { Precision = ModelPrecision.Float32 } };
        using var module = NextTokenModel.Create(architecture, result.Transformer.Parameters);
        double[] row = new double[10];
        int held = result.Distribution!.EnumeratePrompts(2).Count(prompt =>
        {
            result.Distribution!.GetProbabilities(prompt.Tokens, row);
            double[] logits = module.Logits(prompt.Tokens, 2)[^10..];
            return Array.IndexOf(logits, logits.Max()) == Array.IndexOf(row, 1);
        });
        Assert.IsInRange(atLeast, 100, held);
        Assert.AreEqual(held, summary.Float32Facts!.Value, held == 100 ? 0 : 25, "two orders of summation");
        Assert.AreEqual(held == 100, summary.Float32SmallestMargin > 0);
    }

    [TestMethod]
    public void Settings_say_what_was_built()
    {
        using var result = Experiment.Construct(new() { Law = new PowerLaw { VocabularySize = 4 }, Model = Model(4, 3, 0) });
        var read = ExperimentSettings.FromJson(result.Settings.ToJson(), "settings.json");
        Assert.AreEqual(ConstructionMethod.Theorem, read.Construction);
        using var again = Experiment.Construct(read);
        Assert.AreEqual(result.Summary.ConditionNumber, again.Summary.ConditionNumber);
    }

    [TestMethod]
    [DataRow(ConstructionMethod.Theorem)]
    [DataRow(ConstructionMethod.NGram)]
    public void The_estimator_fits_into_a_pipeline(ConstructionMethod method)
    {
        var ml = new MLContext(seed: 1);
        var law = new PowerLaw { VocabularySize = 10 }.CreateDistribution(seed: 1);
        var data = ml.NGrams.Sample(law, rows: 500, seed: 1);
        var options = new ConstructedTransformerOptions
        {
            Distribution = law,
            Method = method,
            Model = Model(4, 24, 0),
            ScoreColumnName = "Probabilities",
        };
        using var built = ml.MulticlassClassification.Trainers.ConstructedTransformer(options).Fit(data);
        Assert.AreEqual(100, ml.NGrams.EvaluateExactly(built, law).MemorisedPrompts);
        var metrics = ml.MulticlassClassification.Evaluate(built.Transform(data), scoreColumnName: "Probabilities");
        Assert.AreEqual(1, metrics.MicroAccuracy);
    }

    private static TransformerOptions Model(int d, int heads, int width) => new()
    {
        EmbeddingDimension = d,
        HeadDimension = d,
        Heads = heads,
        MlpWidth = width,
        Projections = Projections.PerHead,
        Precision = ModelPrecision.Float64,
    };
}
