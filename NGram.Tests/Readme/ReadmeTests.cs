using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.ML;
using NGram.Tests.ML.Estimators;

namespace NGram.Tests.Readme;

[TestClass]
[TestCategory("Slow")]
public sealed partial class ReadmeTests
{
    private const string Marker = "        // README\n";

    [TestMethod]
    public void Every_snippet_of_the_README_is_compiled_here_to_the_letter()
    {
        string readme = Text(Path.Combine(Here(), "..", "..", "README.md"));
        var compiled = Compiled();
        string[] snippets = [.. CSharpBlocks().Matches(readme).Select(block => block.Groups[1].Value)];
        Assert.IsGreaterThanOrEqualTo(4, snippets.Length);
        foreach (string snippet in snippets)
            Assert.Contains(snippet, compiled);
    }

    [TestMethod]
    public void The_pipeline_ends_with_an_accuracy_near_1() => Assert.IsGreaterThan(0.98, CSharpPipeline.Run());

    [TestMethod]
    public void The_snippets_for_an_application_run_on_words()
    {
        var ml = new MLContext(seed: 1);
        var (train, test) = (
            ml.Data.LoadFromEnumerable(TextRow.Cycle(1000, seed: 1)),
            ml.Data.LoadFromEnumerable(TextRow.Cycle(500, seed: 2)));
        string directory = Directory.CreateTempSubdirectory("ngram-test-").FullName;
        try
        {
            var (accuracy, loaded) = Application.Train(ml, train, test, Path.Combine(directory, "model.zip"));
            Assert.AreEqual(1, accuracy, "the cycle of words is a look-up of one token");
            Assert.AreEqual(accuracy, loaded);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
        var keys = TextRow.ToKeys(ml).Fit(train);
        string[] generated = Application.Use(ml, keys.Transform(train), keys.Transform(test));
        Assert.HasCount(8, generated);
        CollectionAssert.AreEqual(
            new[] { "c", "d", "e", "a", "b", "c", "d", "e" },
            generated,
            "a learned look-up leaves the sampling no choice");
    }

    [TestMethod]
    public void The_snippets_of_sweeps_run()
    {
        var ml = new MLContext(seed: 1);
        var rows = ml.Data.LoadFromEnumerable(TextRow.Cycle(200, seed: 1));
        string directory = Directory.CreateTempSubdirectory("ngram-test-").FullName;
        try
        {
            Assert.AreEqual(18, Sweeps.Experiment(Path.Combine(directory, "heads")));
            Assert.AreEqual(1, Sweeps.Pipeline(ml, rows, rows));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>The code of every snippet in this folder.</summary>
    internal static HashSet<string> Compiled() => Directory
        .GetFiles(Here(), "*.cs")
        .Where(path => !Path.GetFileName(path).EndsWith("Tests.cs", StringComparison.Ordinal))
        .SelectMany(Snippets)
        .ToHashSet();

    /// <summary>What stands between two markers, without the method's indent; also with the file's usings above it.</summary>
    private static IEnumerable<string> Snippets(string path)
    {
        string source = Text(path);
        string usings = string.Concat(
            source.Split('\n').TakeWhile(line => line.StartsWith("using ", StringComparison.Ordinal)).Select(line => line + "\n")
        );
        foreach (string part in source.Split(Marker).Where((_, index) => index % 2 == 1))
        {
            string body = string.Join('\n', part.Split('\n').Select(line => line.Length > 8 ? line[8..] : line));
            yield return body;
            yield return usings + "\n" + body;
        }
    }

    private static string Text(string path) => File.ReadAllText(path).ReplaceLineEndings("\n");

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlocks();

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
