using System.Globalization;
using System.Text.RegularExpressions;

namespace NGram.Tests.Cli.CommandLine;

/// <summary>Numbers are read and written alike where people write 0,5 and 1.000.</summary>
[TestClass]
public sealed class CultureTests
{
    [TestMethod]
    public void Files_and_tables_are_those_of_the_invariant_culture()
    {
        // Made here, since the tests run with only the invariant culture.
        var german = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        german.NumberFormat.NumberDecimalSeparator = german.NumberFormat.PercentDecimalSeparator = ",";
        german.NumberFormat.NumberGroupSeparator = german.NumberFormat.PercentGroupSeparator = ".";
        german.NumberFormat.NegativeSign = "\u2212";
        german.DateTimeFormat.ShortDatePattern = "dd.MM.yyyy";

        using var folder = new TemporaryFolder();
        // Folders with names of one length: tables are as wide as those.
        string[] expected = Work(folder, CultureInfo.InvariantCulture, "a");
        Assert.MatchesRegex(@"\d\.\d", expected[0]);
        string[] written = Work(folder, german, "b");
        Assert.HasCount(expected.Length, written);
        foreach (var (first, second) in expected.Zip(written))
            Assert.AreEqual(first, second);
    }

    /// <summary>What the commands print and write, without the name of the folder and times.</summary>
    private static string[] Work(TemporaryFolder folder, CultureInfo culture, string name)
    {
        Directory.CreateDirectory(folder[name]);
        string At(string file) => Path.Combine(folder[name], file);
        string run = At("run");
        var before = CultureInfo.CurrentCulture;
        var texts = new List<string>();
        try
        {
            CultureInfo.CurrentCulture = culture;
            foreach (
                string line in (string[])
                    [
                        "train --quick --batches 20 --vocabulary-size 9 --order 2 --context-window 3 --alphas 0.5,1.5 "
                        + $"--learning-rate 0.0125 --checkpoint-every 30 --onnx --output {run}",
                        $"sample --distribution {run} --context-window 3 --rows 200 --output {At("data.csv")}",
                        $"evaluate --model {run} --data {At("data.csv")} --exact --predictions {At("predictions")} --output "
                        + $"{At("metrics")}",
                        $"evaluate --model {run} --data {At("data.csv")} --output {At("again")} --json",
                        $"predict --model {run} 1,2",
                        $"predict --model {run} 1,2 --json",
                        $"generate --model {run} --temperature 0.75 1,2",
                        $"corpus {At("run/settings.json")} --order 2 --epsilon 0.25 --output {At("law.safetensors")}",
                        $"train --quiet --epochs 2 --context-window 3 --validation {At("data.csv")} --data {At("data.csv")} "
                        + $"--learning-rate 0.0125 --json --output {At("second")}",
                        $"train --learning-rate 0,0125 --output {At("third")}",
                    ])
            {
                var result = CliRun.OfLine(line);
                Assert.AreEqual(line.EndsWith("third", StringComparison.Ordinal) ? 2 : 0, result.ExitCode, result.Error);
                texts.Add(result.Output);
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
        foreach (
            string? file in Directory
                .EnumerateFiles(folder[name], "*", SearchOption.AllDirectories)
                .Order(StringComparer.Ordinal)
                .Where(file => !file.EndsWith(".zip", StringComparison.Ordinal)))
        {
            texts.Add($"{file}\n{File.ReadAllText(file)}");
        }

        return
        [
            .. texts
                .SelectMany(text => text.Split('\n'))
                .Select(text =>
                    Regex.Replace(
                        text.Replace(folder[name], "", StringComparison.Ordinal),
                        @"(?i)(seconds|batches in)[^\d,]{1,40}[\d.]+(E-\d+)?",
                        "$1")),
        ];
    }
}
