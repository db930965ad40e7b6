using System.Globalization;
using System.Text.Json.Nodes;
using NGram.ML.Evaluation;
using NGram.ML.Inspection;
using NGram.ML.Optimum;
using NGram.ML.Reports;

namespace NGram.ML.Experiments;

/// <summary>An experiment's report: its two charts, its results, its bounds and its settings.</summary>
internal static class ExperimentReport
{
    /// <summary>Gathers what the page shows.</summary>
    public static RunReport Create(ExperimentResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        bool isTrained = result.Summary.Baseline == BaselineKind.Trained;
        var curve = new LearningCurve(
            result.History.ToDataFrame(), result.Bounds, isTrained ? result.Summary.OptimalDivergence : null);
        var architecture = result.Transformer.Architecture;
        return new RunReport
        {
            Title = result.Construction is null ? "Transformer's learning dynamics" : "A transformer by construction",
            Subtitle = string.Create(
                CultureInfo.InvariantCulture,
                $"{Tokens(result)} over {architecture.VocabularySize} tokens, {result.Summary.Parameters:N0} parameters, "
                    + $"{result.History.Steps:N0} batches in {result.History.Duration.TotalSeconds:F1} s"),
            Results = Results(result.Summary),
            Warning = result.Summary.BaselineWarning,
            Pictures = result.Trace is { } trace ? [.. HeldPictures.Of(trace, architecture).Select(picture => picture.Svg)] : [],
            Charts = result.History.Steps > 0 ? [curve.DivergenceChart(), curve.AccuracyChart()] : [],
            Bounds =
            [
                .. result
                    .Bounds.Concat(result.Bounds.Capacities)
                    .Where(bound => result.Distribution is not null || bound.Value is not null),
            ],
            Model = ModelTable.Describe(architecture, result.Exact.Metrics),
            Settings = [.. Flatten("", JsonNode.Parse(result.Settings.ToJson()))],
        };
    }

    private static string Tokens(ExperimentResult result) => result.Distribution is { } distribution
        ? FormattableString.Invariant($"{distribution.Order}-grams")
        : FormattableString.Invariant($"Sequences of {result.Transformer.Architecture.ContextWindow} tokens");

    private static List<KeyValuePair<string, string>> Results(ExperimentSummary summary)
    {
        List<KeyValuePair<string, string>> rows = [];
        void Add(string name, double? value, string format = "F4")
        {
            if (value is { } number)
                rows.Add(new(name, number.ToString(format, CultureInfo.InvariantCulture)));
        }
        Add("Divergence", summary.Divergence);
        if (summary.Divergence is null)
            Add("Cross entropy", summary.CrossEntropy);
        Add("Accuracy", summary.Accuracy);
        Add("Exact divergence", summary.ExactDivergence);
        Add("Exact accuracy", summary.ExactAccuracy);
        if (summary.ValidationAccuracy is not null)
        {
            Add("Validation divergence", summary.ValidationDivergence);
            if (summary.ValidationDivergence is null)
                Add("Validation cross entropy", summary.ValidationCrossEntropy);
            Add("Validation accuracy", summary.ValidationAccuracy);
        }
        Add("Rank of the construction", summary.Rank, "N0");
        Add("Condition number of the construction", summary.ConditionNumber, "E1");
        Add("Facts in float32", summary.Float32Facts, "N0");
        Add("Smallest margin in float32, logits", summary.Float32SmallestMargin);
        Add("Exact divergence in float32", summary.Float32Divergence);
        Add(summary.Baseline == BaselineKind.Exact ? "Best sequence encoder" : "Trained baseline", summary.OptimalDivergence);
        if (summary.BaselineCertificate is { } certificate)
            rows.Add(new("Best sequence encoder by", certificate));
        Add("Spread of its searches", summary.BaselineSpread, "E1");
        if (summary.BaselineConverged == false)
            rows.Add(new("Best sequence encoder is", "an upper bound: the search has not come to its end"));
        Add("It tends to, with larger weights, about", summary.BaselineLimit);
        Add("Largest derivative where it ended", summary.BaselineDerivative, "E1");
        Add("Uniform baseline", summary.UniformDivergence);
        Add("Best without context", summary.Predictors?.ContextFree);
        Add("Best from the last token", summary.Predictors?.LastToken);
        Add("Add-k on the sample", summary.Predictors?.AddK);
        Add("Kneser-Ney on the sample", summary.Predictors?.KneserNey);
        Add("Entropy", summary.Entropy);
        Add("Prompts (T0)", summary.Prompts, "N0");
        Add("Prompts for epsilon (T_eps)", summary.PromptsForEpsilon, "N0");
        Add("Facts, of T0", summary.Facts, "N0");
        Add("Bits", summary.Bits, "N0");
        Add("Bits per parameter", summary.BitsPerParameter, "F3");
        Add("Smallest margin, logits", summary.SmallestMargin);
        Add("Exposures a prompt", summary.Exposures, "N1");
        Add("Coverage of the sample", summary.Coverage);
        Add("Sequences", summary.Sequences, "N0");
        Add("Parameters", summary.Parameters, "N0");
        Add("Parameters without embeddings", summary.NonEmbeddingParameters, "N0");
        Add("Parameters that train", summary.TrainedParameters, "N0");
        Add("Seconds", summary.Seconds, "F1");
        rows.Add(new("Engine", summary.EngineText));
        rows.Add(new("Ended", summary.StopReason));
        return rows;
    }

    private static IEnumerable<KeyValuePair<string, string>> Flatten(string name, JsonNode? node) => node switch
    {
        JsonObject parts => parts.SelectMany(part => Flatten(name.Length == 0 ? part.Key : $"{name}.{part.Key}", part.Value)),
        JsonArray items => [new(name, string.Join(", ", items.Select(item => item?.ToJsonString() ?? "")))],
        null => [new(name, "–")],
        _ => [new(name, node.ToString())],
    };
}
