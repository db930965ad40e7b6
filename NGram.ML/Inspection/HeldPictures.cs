using Microsoft.Data.Analysis;
using NGram.ML.Bounds;
using NGram.ML.Models;
using NGram.ML.Reports.Drawing;

namespace NGram.ML.Inspection;

/// <summary>Pictures of what is held, and when it was learned.</summary>
internal static class HeldPictures
{
    private const int MostPoints = 200;

    /// <summary>
    /// For prompts of two tokens: what is memorised, the margin, the divergence and the steps of learning, one pixel per pair.
    /// For all: the divergence of each prompt, sorted, with the theorem's number of prompts, and for a training its course.
    /// </summary>
    public static IReadOnlyList<Picture> Of(MemoryTrace trace, Architecture architecture)
    {
        List<Picture> pictures = [];
        if (architecture.PromptLength == 2)
        {
            int n = architecture.VocabularySize;
            void Add(string name, string title, string unit, Func<PromptMemory, double?> value, bool signed = false)
            {
                double[,] table = Pairs(trace.Prompts, n, value);
                if (table.Cast<double>().Any(double.IsFinite))
                {
                    string svg = new SvgMatrix(title, "Last token", "First token", unit, table, signed).ToString();
                    pictures.Add(new(name, svg, ModelInspection.ToDataFrame(table)));
                }
            }
            Add("pairs-memorised", "Pairs that are memorised", "memorised", prompt => prompt.IsMemorised ? 1 : 0);
            Add("pairs-margin", "Margin of each pair", "logits", prompt => prompt.Margin, signed: true);
            Add("pairs-divergence", "Divergence after each pair", "nats", prompt => prompt.Divergence);
            Add("pairs-first-learned", "Step at which each pair was first learned", "step", prompt => prompt.FirstLearned);
            Add("pairs-last-learned", "Step at which each pair was last learned", "step", prompt => prompt.LastLearned);
        }
        pictures.Add(Sorted(trace.Prompts, architecture));
        if (trace.Moments.Count > 1)
            pictures.AddRange(Course(trace));
        return pictures;
    }

    private static double[,] Pairs(IReadOnlyList<PromptMemory> prompts, int n, Func<PromptMemory, double?> value)
    {
        double[,] table = new double[n, n];
        for (int i = 0; i < n * n; i++)
            table[i / n, i % n] = double.NaN;
        foreach (var prompt in prompts)
            table[prompt.Prompt[0], prompt.Prompt[1]] = value(prompt) ?? double.NaN;
        return table;
    }

    private static Picture Sorted(IReadOnlyList<PromptMemory> prompts, Architecture architecture)
    {
        double[] sorted = [.. prompts.Select(prompt => prompt.Divergence).Order()];
        var chart = new SvgChart("Divergence of each prompt, sorted", "Prompts", "Divergence, nats");
        var line = Thinned(sorted.Length).Select(i => (X: i + 1.0, Y: sorted[i])).ToList();
        chart.Add(new("prompts", 0, [.. line.Select(point => Point(point, "prompt"))]) { Line = line });
        if (BoundSetting.Of(architecture) is { HasHeads: true } setting && sorted.Length > 1)
        {
            double at = Math.Min(Corollary2.Contexts(setting), sorted.Length);
            string name = FormattableString.Invariant($"Corollary 2: K = {at:N0}");
            chart.Add(new(name, 1, []) { Dashes = [(at, 0), (at, sorted[^1])] });
        }
        int facts = prompts.Count(prompt => prompt.IsMemorised);
        chart.Note(FormattableString.Invariant($"{facts:N0} of {prompts.Count:N0} are facts"));
        var table = new DataFrame(
            new Int32DataFrameColumn("Prompts", Enumerable.Range(1, sorted.Length)),
            new DoubleDataFrameColumn("Divergence", sorted));
        return new("prompts-divergence", chart.ToString(), table);
    }

    private static IEnumerable<Picture> Course(MemoryTrace trace)
    {
        var moments = trace.Moments;
        var steps = Thinned(moments.Count).ToList();
        ChartSeries Series(string name, int colour, Func<MemoryMoment, double> value)
        {
            var line = steps.Select(i => (X: (double)(moments[i].Step ?? i), Y: value(moments[i]))).ToList();
            return new(name, colour, [.. line.Select(point => Point(point, name))]) { Line = line, Shape = colour };
        }
        var facts = new SvgChart("Facts during training", "Step", "Facts");
        facts.Add(Series("facts", 0, moment => moment.Facts));
        yield return new("training-facts", facts.ToString(), trace.ToDataFrame());
        var distances = new SvgChart("Distances of the model during training", "Step", "Divergence of the model, nats");
        distances.Add(Series("from the law", 0, moment => moment.DivergenceFromLaw));
        distances.Add(Series("from uniform", 1, moment => moment.DivergenceFromUniform));
        distances.Add(Series("from the last token's law", 2, moment => moment.DivergenceFromLastToken));
        yield return new("training-distances", distances.ToString(), trace.ToDataFrame());
    }

    private static IEnumerable<int> Thinned(int count)
    {
        int points = Math.Min(count, MostPoints);
        return Enumerable.Range(0, points).Select(i => points == 1 ? 0 : (int)((long)i * (count - 1) / (points - 1)));
    }

    private static ChartPoint Point((double X, double Y) point, string name) =>
        new(point.X, point.Y, null, null, FormattableString.Invariant($"{name} {point.X:N0}: {point.Y:G5}"));
}
