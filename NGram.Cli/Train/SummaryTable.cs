using System.Globalization;
using NGram.Cli.Terminal;
using NGram.ML.Bounds;
using NGram.ML.Experiments;
using NGram.ML.Interchange;
using NGram.ML.Optimum;
using NGram.ML.Reports;
using Spectre.Console;

namespace NGram.Cli.Train;

/// <summary>A run's results as a table of two columns.</summary>
internal static class SummaryTable
{
    /// <summary>Prints the table, or JSON, and where the run folder is unless it is null.</summary>
    public static void Print(StandardStreams streams, ExperimentSummary summary, string? folder, bool asJson)
    {
        if (asJson)
            streams.Output.WriteLine(summary.ToJson());
        else
            Write(streams.CreateOutputConsole(), summary);
        if (folder is null)
            return;
        if (asJson)
            streams.Error.WriteLine($"Run folder: {folder}");
        else
            streams.Output.WriteLine($"Run folder: {folder} (open {Path.Combine(folder, RunFiles.Report)})");
    }

    private static void Write(IAnsiConsole console, ExperimentSummary summary)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("name") { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        table.AddColumn(new TableColumn("value") { NoWrap = true, Alignment = Justify.Right });

        if (summary.Rank is { } rank)
        {
            AddRow(table, "rank", Count(rank));
            AddRow(table, "condition number", summary.ConditionNumber?.ToString("0.0e+0", CultureInfo.InvariantCulture) ?? "-");
        }
        else
        {
            if (summary.Divergence is not null)
                AddRow(table, "divergence", Number(summary.Divergence), Color.Green);
            else
                AddRow(table, "cross entropy", Number(summary.CrossEntropy), Color.Green);
            AddRow(table, "accuracy", Number(summary.Accuracy), Color.Green);
        }
        if (summary.Facts is { } facts)
        {
            AddRow(table, "exact divergence", Number(summary.ExactDivergence), Color.Green);
            AddRow(table, "exact accuracy", Number(summary.ExactAccuracy), Color.Green);
            AddRow(table, "facts", $"{Count(facts)} of {Count(summary.Prompts)}");
            AddRow(table, "bits per parameter", Number(summary.BitsPerParameter));
            if (summary.Rank is not null)
            {
                AddRow(table, "smallest margin", Number(summary.SmallestMargin));
                AddRow(table, "facts in float32", Count(summary.Float32Facts));
                AddRow(table, "exact divergence in float32", Number(summary.Float32Divergence));
            }
            else
            {
                AddRow(table, "coverage of the sample", Number(summary.Coverage));
            }
        }
        if (summary.ValidationAccuracy is not null)
        {
            if (summary.ValidationDivergence is not null)
                AddRow(table, "validation divergence", Number(summary.ValidationDivergence));
            else
                AddRow(table, "validation cross entropy", Number(summary.ValidationCrossEntropy));
            AddRow(table, "validation accuracy", Number(summary.ValidationAccuracy));
        }
        bool hasLaw = summary.Entropy is not null;
        if (hasLaw)
        {
            AddRow(table, "uniform divergence", Number(summary.UniformDivergence));
            string baseline = summary.Baseline == BaselineKind.Exact ? "best sequence encoder" : "trained baseline";
            AddRow(table, baseline, Number(summary.OptimalDivergence));
            if (summary.BaselineCertificate is { } certificate)
            {
                AddRow(table, "found by", certificate);
            }
            else if (summary.BaselineRestarts is { } restarts)
            {
                AddRow(table, "searches that agree", $"{Count(summary.BaselineAgreeing)} of {Count(restarts)}");
                AddRow(table, "search converged", summary.BaselineConverged == true ? "yes" : "no: an upper bound");
                if (summary.BaselineLimit is not null)
                    AddRow(table, "tends to about", Number(summary.BaselineLimit));
            }
            AddPredictors(table, summary.Predictors);
            AddRow(table, "entropy", Number(summary.Entropy));
        }
        // The infimum has a name of its own beside optimalDivergence, and the uniform baseline stands above.
        foreach (var (name, value) in summary.Bounds.Where(b => b.Key is not (UniformDivergence.Name or OptimalDivergence.Name)))
            AddRow(table, BoundMark.Mark($"bound {name}", summary.BoundsHold.GetValueOrDefault(name)), Number(value));
        if (hasLaw)
            AddRow(table, "prompts (T0)", Count(summary.Prompts));
        if (summary.PromptsForEpsilon != summary.Prompts)
            AddRow(table, "prompts for epsilon", Count(summary.PromptsForEpsilon));
        if (!hasLaw)
        {
            AddRow(table, "sequences", Count(summary.Sequences));
            AddRow(table, "context window", Count(summary.ContextWindow));
            AddRow(table, "vocabulary size", Count(summary.VocabularySize));
        }
        AddRow(table, "parameters", summary.Parameters.ToString("N0", CultureInfo.InvariantCulture));
        AddRow(table, "seconds", summary.Seconds.ToString("0.0", CultureInfo.InvariantCulture));
        AddRow(table, "engine", summary.EngineText);
        console.Write(table);
        if (summary.Bounds.Keys.Any(name => summary.BoundsHold.GetValueOrDefault(name) == false))
            console.WriteLine(BoundMark.Note);
    }

    private static void AddPredictors(Table table, SimplePredictors? predictors)
    {
        if (predictors is null)
            return;
        AddRow(table, "best without context", Number(predictors.ContextFree));
        AddRow(table, "best from the last token", Number(predictors.LastToken));
        if (predictors.KneserNey is null)
            return;
        AddRow(table, "add-k on the sample", Number(predictors.AddK));
        AddRow(table, "Kneser-Ney on the sample", Number(predictors.KneserNey));
    }

    private static void AddRow(Table table, string name, string value, Color? color = null) =>
        table.AddRow(new Text(name), new Text(value, new Style(color)));

    private static string Count(double? value) => value?.ToString("N0", CultureInfo.InvariantCulture) ?? "-";

    private static string Number(double? value) => value is { } number && double.IsFinite(number)
        ? number.ToString("0.0000", CultureInfo.InvariantCulture)
        : "-";
}
