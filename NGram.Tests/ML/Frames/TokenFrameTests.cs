using System.Globalization;
using System.Text;
using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.ML.Estimators;
using NGram.ML.Evaluation;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.ML.Frames;

[TestClass]
public sealed class TokenFrameTests
{
    private static readonly MLContext Ml = new(seed: 1);
    private static readonly NGramDistribution Law = new PowerLaw { VocabularySize = 12, Order = 3 }.CreateDistribution(1);
    private static readonly TransformerOptions Options = new() { EmbeddingDimension = 6, HeadDimension = 4, Heads = 3 };
    private static readonly TrainingOptions Short = new() { BatchSize = 100, Epochs = 3, LearningRate = 0.02 };

    private static DataFrame Frame(int rows, int seed) => new SequenceSampler(Law, 3, seed).Sample(rows).ToDataFrame();

    private static string Csv(DataFrame frame)
    {
        using var stream = new MemoryStream();
        DataFrame.SaveCsv(frame, stream, cultureInfo: CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    [TestMethod]
    public void A_frame_of_tokens_trains_as_the_view_that_it_came_from_also_after_CSV()
    {
        var estimator = Ml.NGrams.Transformer(Options, Short, new NextTokenOptions { Distribution = Law });
        using var ofView = estimator.Fit(Ml.NGrams.Sample(Law, rows: 1000, seed: 3));
        using var ofFrame = estimator.Fit(Ml.NGrams.LoadFromDataFrame(Frame(1000, seed: 3)));
        using var ofCsv = estimator.Fit(Ml.NGrams.LoadFromDataFrame(DataFrame.LoadCsvFromString(Csv(Frame(1000, seed: 3)))));
        CollectionAssert.AreEqual(ofView.History.Losses.ToArray(), ofFrame.History.Losses.ToArray());
        CollectionAssert.AreEqual(
            ofView.History.Losses.ToArray(),
            ofCsv.History.Losses.ToArray(),
            "tokens that CSV reads as Single are the same ids");
        var metrics = Ml.NGrams.Evaluate(
            Ml.NGrams.LoadFromDataFrame(Frame(500, seed: 4)),
            ofView,
            new EvaluationOptions { Distribution = Law });
        Assert.AreEqual(
            Ml.NGrams.Evaluate(
                Ml.NGrams.Sample(Law, rows: 500, seed: 4),
                ofView,
                new EvaluationOptions { Distribution = Law }
            ).CrossEntropy,
            metrics.CrossEntropy,
            1e-12);
    }

    [TestMethod]
    public void Text_tokens_become_keys_in_their_order()
    {
        var frame = new DataFrame(
            new StringDataFrameColumn("token0", ["b", "a", "c"]),
            new StringDataFrameColumn("token1", ["a", "c", "b"]),
            new StringDataFrameColumn("token2", ["z", "y", "z"]));
        var data = Ml.NGrams.LoadFromDataFrame(frame);
        CollectionAssert.AreEqual(
            new[] { "Context", "Label" },
            data.Schema.Where(column => !column.IsHidden).Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new uint[] { 2, 1 }, data.GetColumn<uint[]>("Context").First());
        CollectionAssert.AreEqual(new uint[] { 2, 1, 2 }, data.GetColumn<uint>("Label").ToArray());
    }

    [TestMethod]
    public void A_frame_of_Context_and_Label_is_loaded_too()
    {
        var context = new VBufferDataFrameColumn<int>("Context", [new VBuffer<int>(2, [7, 8]), new VBuffer<int>(2, [9, 7])]);
        var data = Ml.NGrams.LoadFromDataFrame(new DataFrame(context, new Int32DataFrameColumn("Label", [8, 9])));
        CollectionAssert.AreEqual(new uint[] { 3, 1 }, data.GetColumn<uint[]>("Context").Last());
        CollectionAssert.AreEqual(new uint[] { 1, 2 }, data.GetColumn<uint>("Label").ToArray());
    }

    [TestMethod]
    public void A_frame_without_tokens_names_its_columns()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            Ml.NGrams.LoadFromDataFrame(new DataFrame(new Int32DataFrameColumn("token1", [1]))));
        StringAssert.Contains(error.Message, "the columns token1; it needs token0");
    }

    [TestMethod]
    public void A_history_survives_CSV_where_decimals_have_commas()
    {
        using var model = Ml.NGrams.Transformer(Options, Short, new NextTokenOptions { Distribution = Law })
            .Fit(Ml.NGrams.Sample(Law, rows: 500, seed: 3), Ml.NGrams.Sample(Law, rows: 100, seed: 4));
        var before = CultureInfo.CurrentCulture;
        try
        {
            // InvariantGlobalization knows no other culture by name.
            CultureInfo.CurrentCulture = new CultureInfo("")
            {
                NumberFormat = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = "." },
            };
            Assert.AreEqual("0,5", 0.5.ToString(CultureInfo.CurrentCulture), "or the test shows nothing");
            foreach (
                var (frame, losses) in new[]
                {
                    (model.History.ToDataFrame(), model.History.Losses),
                    (model.History.ValidationToDataFrame(), model.History.ValidationLosses),
                })
            {
                var read = DataFrame.LoadCsvFromString(
                    Csv(frame),
                    dataTypes: [.. frame.Columns.Select(column => column.DataType)],
                    cultureInfo: CultureInfo.InvariantCulture);
                CollectionAssert.AreEqual(
                    frame.Columns.Select(column => column.Name).ToArray(),
                    read.Columns.Select(column => column.Name).ToArray());
                CollectionAssert.AreEqual(losses.ToArray(), read["Divergence"].Cast<double>().ToArray(), "to the last bit");
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
