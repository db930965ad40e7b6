using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.Data.Analysis;
using NGram.Data.Distributions;
using NGram.ML.Evaluation;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Prediction;
using NGram.ML.Training.Snapshots;

namespace NGram.ML.Inspection;

/// <summary>
/// What a model holds of a law, prompt by prompt, and when it learned it: every snapshot of a training is measured exactly, over
/// all prompts. A single snapshot says what a model holds.
/// </summary>
public sealed class MemoryTrace
{
    private readonly INGramDistribution distribution;
    private readonly Architecture architecture;
    private readonly double promptLimit;
    private readonly LastTokenLaw lastToken;
    private readonly List<MemoryMoment> moments = [];
    private PromptMemory[] prompts = [];

    /// <summary>An empty trace.</summary>
    /// <param name="distribution">The law; its ids are the model's tokens.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="promptLimit">Maximum number of prompts to go through for each snapshot; at least 1.</param>
    /// <exception cref="ArgumentException">
    /// There are more prompts than the limit (the message gives their number), or the model is for other tokens or shorter
    /// prompts.
    /// </exception>
    public MemoryTrace(INGramDistribution distribution, Architecture architecture, double promptLimit = 1_000_000)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        ArgumentNullException.ThrowIfNull(architecture);
        (this.distribution, this.architecture, this.promptLimit) = (distribution, architecture, promptLimit);
        lastToken = new LastTokenLaw(distribution, architecture.PromptLength, promptLimit);
    }

    /// <summary>The figures of every snapshot, in order.</summary>
    public IReadOnlyList<MemoryMoment> Moments => moments;

    /// <summary>Every prompt at the last snapshot, in lexicographic order.</summary>
    public IReadOnlyList<PromptMemory> Prompts => prompts;

    /// <summary>Measures a snapshot.</summary>
    public void Add(TrainingSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        Add(snapshot.Parameters, snapshot.Step);
    }

    /// <summary>Measures parameters; without a step they belong to no training, and no prompt has a step of learning.</summary>
    /// <param name="parameters">Parameters of the trace's architecture.</param>
    /// <param name="step">Batches trained.</param>
    public void Add(StateDict parameters, int? step = null)
    {
        using var predictor = IPredictor.Create(architecture, parameters);
        var predictions = new ExactPredictions(predictor, distribution, promptLimit);
        int n = distribution.VocabularySize, index = 0;
        double[] uniform = new double[n];
        Array.Fill(uniform, 1.0 / n);
        double fromLaw = 0, fromUniform = 0, fromLastToken = 0, bits = 0, margin = double.PositiveInfinity;
        var before = prompts;
        List<PromptMemory> now = new(before.Length);
        predictions.ForEach((prompt, law, prediction) =>
        {
            double divergence = prediction.Divergence(law), weight = prompt.Probability;
            var memory = new PromptMemory
            {
                Prompt = prompt.Tokens,
                Probability = weight,
                Best = TensorPrimitives.IndexOfMax(law),
                Prediction = prediction.Best,
                IsMemorised = prediction.IsMemorised(law),
                Margin = prediction.Margin(law),
                Divergence = divergence,
            };
            now.Add(memory.After(index < before.Length ? before[index] : null, step));
            index++;
            fromLaw += weight * divergence;
            fromUniform += weight * prediction.Divergence(uniform);
            fromLastToken += weight * prediction.Divergence(lastToken.After(prompt.Tokens[^1]));
            bits += weight * (Math.Log(n) - prediction.CrossEntropy(law)) / Math.Log(2);
            margin = Math.Min(margin, memory.Margin);
        });
        prompts = [.. now];
        moments.Add(new()
        {
            Step = step,
            Facts = prompts.Count(prompt => prompt.IsMemorised),
            SmallestMargin = margin,
            Bits = bits * prompts.Length,
            DivergenceFromLaw = fromLaw,
            DivergenceFromUniform = fromUniform,
            DivergenceFromLastToken = fromLastToken,
        });
    }

    /// <summary>
    /// Columns Step, Facts, SmallestMargin, Bits, DivergenceFromLaw, DivergenceFromUniform, DivergenceFromLastToken: one row per
    /// snapshot.
    /// </summary>
    public DataFrame ToDataFrame() => new(
        new Int32DataFrameColumn("Step", moments.Select(moment => moment.Step)),
        new Int64DataFrameColumn("Facts", moments.Select(moment => moment.Facts)),
        new DoubleDataFrameColumn("SmallestMargin", moments.Select(moment => moment.SmallestMargin)),
        new DoubleDataFrameColumn("Bits", moments.Select(moment => moment.Bits)),
        new DoubleDataFrameColumn("DivergenceFromLaw", moments.Select(moment => moment.DivergenceFromLaw)),
        new DoubleDataFrameColumn("DivergenceFromUniform", moments.Select(moment => moment.DivergenceFromUniform)),
        new DoubleDataFrameColumn("DivergenceFromLastToken", moments.Select(moment => moment.DivergenceFromLastToken)));

    /// <summary>
    /// Columns Context (tokens, separated by spaces), Probability, Best, Prediction, Memorised, Margin, Divergence, FirstLearned,
    /// LastLearned: one row per prompt, at the last snapshot.
    /// </summary>
    public DataFrame PromptsToDataFrame() => new(
        new StringDataFrameColumn("Context", prompts.Select(Text)),
        new DoubleDataFrameColumn("Probability", prompts.Select(prompt => prompt.Probability)),
        new Int32DataFrameColumn("Best", prompts.Select(prompt => prompt.Best)),
        new Int32DataFrameColumn("Prediction", prompts.Select(prompt => prompt.Prediction)),
        new BooleanDataFrameColumn("Memorised", prompts.Select(prompt => prompt.IsMemorised)),
        new DoubleDataFrameColumn("Margin", prompts.Select(prompt => prompt.Margin)),
        new DoubleDataFrameColumn("Divergence", prompts.Select(prompt => prompt.Divergence)),
        new Int32DataFrameColumn("FirstLearned", prompts.Select(prompt => prompt.FirstLearned)),
        new Int32DataFrameColumn("LastLearned", prompts.Select(prompt => prompt.LastLearned)));

    /// <summary>Reads the snapshots of a training, and when the prompts were learned, from its tables.</summary>
    /// <exception cref="InvalidDataException">The tables are for other prompts.</exception>
    internal void Recall(DataFrame memory, DataFrame learned)
    {
        if (learned.Rows.Count != prompts.Length
            || !learned.Columns["Context"].Cast<object>().Select(one => one.ToString()).SequenceEqual(prompts.Select(Text)))
        {
            throw new InvalidDataException("the training's tables are for other prompts than the law's.");
        }
        var (first, last) = (learned.Columns["FirstLearned"], learned.Columns["LastLearned"]);
        for (int i = 0; i < prompts.Length; i++)
            prompts[i] = prompts[i] with { FirstLearned = Whole(first[i]), LastLearned = Whole(last[i]) };
        moments.Clear();
        foreach (var row in memory.Rows)
        {
            double Number(string name) => Convert.ToDouble(row[name], CultureInfo.InvariantCulture);
            moments.Add(new()
            {
                Step = Whole(row["Step"]),
                Facts = (long)Number("Facts"),
                SmallestMargin = Number("SmallestMargin"),
                Bits = Number("Bits"),
                DivergenceFromLaw = Number("DivergenceFromLaw"),
                DivergenceFromUniform = Number("DivergenceFromUniform"),
                DivergenceFromLastToken = Number("DivergenceFromLastToken"),
            });
        }
    }

    private static int? Whole(object? value) => value is null ? null : Convert.ToInt32(value, CultureInfo.InvariantCulture);

    private static string Text(PromptMemory prompt) =>
        string.Join(' ', prompt.Prompt.Select(token => token.ToString(CultureInfo.InvariantCulture)));
}
