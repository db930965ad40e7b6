using NGram.ML.Evaluation.Batch;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.Tests.Cli;

namespace NGram.Tests.ML.Evaluation;

/// <summary>Predictions that are sure of themselves, and wrong.</summary>
[TestClass]
public sealed class SmallProbabilitiesTests
{
    [TestMethod]
    [DataRow(ModelPrecision.Float32)]
    [DataRow(ModelPrecision.Float64)]
    public void Probabilities_that_no_number_holds_still_have_a_logarithm_and_a_rank(ModelPrecision precision)
    {
        using var folder = new TemporaryFolder();
        var architecture = new SequenceEncoderArchitecture
        {
            VocabularySize = 4,
            ContextWindow = 2,
            Order = 2,
            Options = new() { EmbeddingDimension = 1, Precision = precision },
        };
        // Whatever the context, the logits are these: probabilities of e^-2000 and less beside 1.
        double[] logits = [-4000, -3000, -2000, 1.0 / 3];
        ModelFile.Save(folder["m.safetensors"], architecture, new StateDict
        {
            ["word_emb.weight"] = new([4, 1], [1, 1, 1, 1]),
            ["unemb.weight"] = new([4, 1], logits),
        });
        File.WriteAllText(folder["d.csv"], "0,2\n1,2\n");
        var pair = BatchEvaluation.Run(
            [folder["m.safetensors"]],
            [EvaluationData.OfFile(folder["d.csv"])],
            new() { TopK = 2, PredictionsDirectory = folder["p"], Header = false })[0];
        Assert.IsNull(pair.Error, pair.Error?.Message);
        double third = precision == ModelPrecision.Float64 ? 1.0 / 3 : 1f / 3;
        Assert.AreEqual(2000 + third, pair.Metrics!.CrossEntropy, 1e-10, "not 27.6, and not rounded to float32");
        Assert.AreEqual(0, pair.Metrics.Accuracy);
        Assert.AreEqual(1, pair.Metrics.TopKAccuracy, "the second of four, though three probabilities are 0 as numbers");
        Assert.AreEqual("2", CsvRow.Read(Path.Combine(folder["p"], pair.Metrics.Predictions!))[0]["Top2"]);
    }

    [TestMethod]
    [DataRow(ModelPrecision.Float32, 9)]
    [DataRow(ModelPrecision.Float64, 17)]
    public void Probabilities_have_the_digits_of_the_model_and_do_not_underflow(ModelPrecision precision, int digits)
    {
        using var folder = new TemporaryFolder();
        var architecture = new SequenceEncoderArchitecture
        {
            VocabularySize = 3,
            ContextWindow = 2,
            Order = 2,
            Options = new() { EmbeddingDimension = 1, Precision = precision },
        };
        ModelFile.Save(folder["m.safetensors"], architecture, new StateDict
        {
            ["word_emb.weight"] = new([3, 1], [1, 1, 1]),
            ["unemb.weight"] = new([3, 1], [0, 1, -200]),
        });
        File.WriteAllText(folder["d.csv"], "0,2\n1,0\n");
        var pair = BatchEvaluation.Run(
            [folder["m.safetensors"]],
            [EvaluationData.OfFile(folder["d.csv"])],
            new() { PredictionsDirectory = folder["p"], Header = false })[0];
        var rows = CsvRow.Read(Path.Combine(folder["p"], pair.Metrics!.Predictions!));
        double other = 1 / (1 + Math.E);
        Assert.AreEqual(Math.Exp(-200) * other, rows[0].Number("LabelProbability"), 1e-100, "below any float32");
        Assert.AreEqual(other, rows[1].Number("LabelProbability"), 1e-8);
        Assert.IsLessThanOrEqualTo(digits, rows[1]["LabelProbability"].TrimStart('0', '.').Length);
    }
}
