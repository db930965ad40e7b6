using System.Text;
using Microsoft.ML;
using NGram.Data.Corpora;
using NGram.Data.Laws;
using NGram.Data.Text;

namespace NGram.Tests.ML.Estimators;

/// <summary>The trainers as they are, without one option, on data of several shapes.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class DefaultsThatLearnTests
{
    private static readonly MLContext Ml = new(seed: 1);

    [TestMethod]
    [DataRow(50, 3, 20_000, 1)]
    [DataRow(50, 3, 20_000, 2)]
    [DataRow(50, 3, 20_000, 3)]
    [DataRow(10, 2, 2_000, 1)]
    [DataRow(200, 2, 50_000, 1)]
    public void A_look_up_is_learned_but_for_contexts_that_the_sample_lacks(int vocabularySize, int order, int rows, int seed)
    {
        var law = new PowerLaw { VocabularySize = vocabularySize, Order = order }.CreateDistribution(seed);
        using var model = Ml.MulticlassClassification.Trainers.AttentionTransformer().Fit(Ml.NGrams.Sample(law, rows, seed));
        var fresh = Ml.NGrams.Sample(law, 10_000, seed + 100);
        Assert.IsGreaterThan(0.95, Ml.MulticlassClassification.Evaluate(model.Transform(fresh)).MicroAccuracy);
        Assert.IsLessThan(60, model.History.Duration.TotalSeconds, "seconds, also where the machine is busy");
    }

    [TestMethod]
    public void A_sequence_encoder_learns_the_same_look_up()
    {
        var law = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(1);
        using var model = Ml.MulticlassClassification.Trainers.SequenceEncoder().Fit(Ml.NGrams.Sample(law, 20_000, 1));
        var fresh = Ml.NGrams.Sample(law, 10_000, 101);
        Assert.IsGreaterThan(0.95, Ml.MulticlassClassification.Evaluate(model.Transform(fresh)).MicroAccuracy);
    }

    [TestMethod]
    public void A_text_is_learned_in_windows_of_eight_characters()
    {
        // Words of four letters in any order: the first letter is a guess among eight, the other three follow from it.
        string[] words = ["milk", "cake", "tofu", "soup", "rice", "bean", "plum", "kale"];
        var random = new Random(1);
        string text = string.Concat(Enumerable.Range(0, 3000).Select(_ => words[random.Next(words.Length)] + " "));
        var corpus = Corpus.Read(
            () => new MemoryStream(Encoding.UTF8.GetBytes(text)),
            "text",
            new CorpusOptions { Unit = TokenUnit.Character });
        using var model = Ml.MulticlassClassification.Trainers.AttentionTransformer().Fit(corpus.Windows(8));
        // Every fifth character is the guess: (4 + 1 / 8) / 5.
        Assert.IsGreaterThan(0.8, model.History.FinalAccuracy);
    }
}
