using System.Globalization;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps.Reporting;
using NGram.ML.Sweeps.Running;
using NGram.ML.Sweeps.Tables;

namespace NGram.Cli.Sweeping;

/// <summary>How many trials are in each state, and in which folder.</summary>
internal static class SweepCounts
{
    /// <summary>Prints them.</summary>
    public static void Print(StandardStreams streams, SweepResult result, bool asJson)
    {
        if (asJson)
        {
            streams.Output.WriteLine(JsonText.Of(result.Counts.ToDictionary(count => NameOf(count.Key), count => count.Value)));
            streams.Error.WriteLine($"Sweep folder: {result.Folder}");
            return;
        }
        streams.Output.WriteLine(string.Join(", ", result.Counts
            .Where(count => count.Value > 0 || count.Key == TrialStatus.Done)
            .Select(count => string.Create(CultureInfo.InvariantCulture, $"{count.Value:N0} {NameOf(count.Key)}"))));
        streams.Output.WriteLine($"Sweep folder: {result.Folder} (open {Path.Combine(result.Folder, SweepReport.Page)})");
    }

    private static string NameOf(TrialStatus status) => status.ToString().ToLowerInvariant();
}
