using System.Text.Json.Nodes;
using NGram.Data.Distributions;
using NGram.Data.IO;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.ML.Experiments;
using NGram.ML.Interchange;
using NGram.ML.Models;
using NGram.ML.Training;
using NGram.Tests.Cli;
using NGram.Tests.ML.Evaluation;

namespace NGram.Tests.ML.Experiments;

/// <summary>What a run says of every prompt of its law, against counts of its own.</summary>
[TestClass]
public sealed class ExactResultsTests
{
    // 144 prompts and 90 rows: a sample that misses some, and a model that learns it by heart.
    private static readonly ExperimentSettings ByHeart = new()
    {
        Law = new PowerLaw { VocabularySize = 12 },
        Batches = 3,
        Model = new TransformerOptions { EmbeddingDimension = 12, HeadDimension = 12, Heads = 8 },
        Training = new TrainingOptions { BatchSize = 30, Epochs = 300, LearningRate = 0.01 },
        Baseline = null,
    };

    [TestMethod]
    public void A_sample_learned_by_heart_is_not_the_law()
    {
        using var result = Experiment.Run(ByHeart);
        var (summary, law) = (result.Summary, (INGramDistribution)result.Distribution!);
        double[] pi = new double[12];
        int facts = 0;
        double loss = 0, margin = double.MaxValue;
        foreach (var prompt in law.EnumeratePrompts(2))
        {
            law.GetProbabilities(prompt.Tokens, pi);
            int right = Array.IndexOf(pi, 1);
            double[] logits = result.Transformer.Model.Logits(prompt.Tokens, 2)[^12..];
            facts += Array.IndexOf(logits, logits.Max()) == right ? 1 : 0;
            loss += Math.Log(logits.Sum(logit => Math.Exp(logit - logits[right]))) / 144;
            margin = Math.Min(margin, logits[right] - logits.Where((_, token) => token != right).Max());
        }
        var sample = new SequenceSampler(law, 3, result.Settings.DataSeed!.Value).Sample(90);
        int covered = Enumerable.Range(0, 90).Select(row => (sample[row][0], sample[row][1])).Distinct().Count();

        Assert.IsGreaterThan(0.99, summary.Accuracy!.Value, "the sample is known by heart");
        Assert.IsLessThan(0.75, summary.ExactAccuracy!.Value, "and the law is not");
        Assert.AreEqual(facts, summary.Facts);
        Assert.AreEqual(facts / 144.0, summary.ExactAccuracy.Value, 1e-12);
        Assert.AreEqual(loss, summary.ExactDivergence!.Value, 1e-5);
        Assert.AreEqual(144 * (Math.Log(12) - loss) / Math.Log(2), summary.Bits!.Value, 1e-2);
        Assert.AreEqual(summary.Bits.Value / summary.Parameters, summary.BitsPerParameter!.Value, 1e-12);
        Assert.AreEqual(margin, summary.SmallestMargin!.Value, 1e-4);
        Assert.AreEqual(90 * 300 / 144.0, summary.Exposures!.Value, 1e-12);
        Assert.AreEqual(covered / 144.0, summary.Coverage!.Value, 1e-12);
        Assert.IsLessThan(90, covered, "or the test shows nothing");

        using var folder = new TemporaryFolder();
        using (var outputs = new OutputSet())
        {
            var place = outputs.AddFolder(folder["run"]);
            RunFolder.Begin(outputs, place, ByHeart);
            RunFolder.Write(outputs, place, result);
        }

        var json = JsonNode.Parse(File.ReadAllText(Path.Combine(folder["run"], RunFiles.Summary)))!;
        string report = File.ReadAllText(Path.Combine(folder["run"], RunFiles.Report));
        foreach (string name in (string[])
            ["exactDivergence", "exactAccuracy", "bits", "bitsPerParameter", "facts", "smallestMargin", "exposures", "coverage"])
        {
            Assert.IsNotNull(json[name], name);
        }

        Assert.Contains("<dt>Exact divergence</dt>", report, "beside that of training");
        Assert.DoesNotContain("Memorised associations", report);

        // The same figures from the folder, as a table.
        var evaluated = CliRun.OfLine($"evaluate --quiet --exact --model {folder["run"]} --output {folder["metrics"]}");
        Assert.AreEqual((0, ""), (evaluated.ExitCode, evaluated.Error));
        var row = Assert.ContainsSingle(CsvRow.Read(Path.Combine(folder["metrics"], "metrics.csv")));
        foreach (var (column, value) in ((string, double)[])
            [
                ("ExactDivergence", summary.ExactDivergence.Value),
                ("ExactAccuracy", summary.ExactAccuracy.Value),
                ("Bits", summary.Bits.Value),
                ("BitsPerParameter", summary.BitsPerParameter.Value),
                ("Facts", facts),
                ("SmallestMargin", margin),
                ("Exposures", summary.Exposures.Value),
                ("Coverage", summary.Coverage.Value),
            ])
        {
            Assert.AreEqual(value, row.Number(column), 1e-4, column);
        }
    }

    [TestMethod]
    public void Fresh_sequences_cover_what_was_drawn()
    {
        using var result = Experiment.Run(
            ByHeart with { Training = ByHeart.Training with { Epochs = 2, Online = true } });
        var sample = new SequenceSampler(result.Distribution!, 3, result.Settings.DataSeed!.Value).Sample(180);
        int covered = Enumerable.Range(0, 180).Select(row => (sample[row][0], sample[row][1])).Distinct().Count();
        Assert.AreEqual(covered / 144.0, result.Summary.Coverage!.Value, 1e-12);
        Assert.AreEqual(180 / 144.0, result.Summary.Exposures!.Value, 1e-12);
        Assert.IsInRange(91, 143, covered);
    }

    [TestMethod]
    public void Prompts_count_by_their_probability()
    {
        using var result = Experiment.Run(ByHeart with
        {
            Law = new PowerLaw { VocabularySize = 12, Alphas = [0.5, 0.8, 1] },
            Batches = 1,
            Training = ByHeart.Training with { Epochs = 1 },
        });
        var law = result.Distribution!;
        var sample = new SequenceSampler(law, 3, result.Settings.DataSeed!.Value).Sample(30);
        var seen = Enumerable.Range(0, 30).Select(row => (sample[row][0], sample[row][1])).ToHashSet();
        double[] pi = new double[12];
        double expected = 0;
        foreach (var (first, second) in seen)
        {
            law.GetProbabilities([], pi);
            double weight = pi[first];
            law.GetProbabilities([first], pi);
            expected += weight * pi[second];
        }
        Assert.AreEqual(expected, result.Summary.Coverage!.Value, 1e-12);
        Assert.IsGreaterThan(seen.Count / 144.0, expected, "the likely ones are in it");
    }

    [TestMethod]
    public void What_cannot_be_gone_through_is_not_known()
    {
        // 6^12 prompts of twelve tokens: they are counted, not visited.
        using var result = Experiment.Run(ByHeart with
        {
            Law = new PowerLaw { VocabularySize = 6, Order = 3, Supports = [6, 6, 6] },
            ContextWindow = 13,
            Batches = 1,
            Training = ByHeart.Training with { Epochs = 1 },
        });
        var summary = result.Summary;
        Assert.IsNull(summary.ExactDivergence ?? summary.ExactAccuracy ?? summary.Bits ?? summary.Facts ?? summary.Coverage);
        Assert.IsNotNull(summary.Divergence);
        Assert.IsGreaterThan(0, summary.Exposures!.Value);
        Assert.DoesNotContain("Exact divergence", ExperimentReport.Create(result).ToHtml());
    }
}
