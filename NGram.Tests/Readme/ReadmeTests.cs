using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace NGram.Tests.Readme;

[TestClass]
public sealed partial class ReadmeTests
{
    [TestMethod]
    public void The_pipeline_of_the_README_is_the_one_compiled_here_and_runs()
    {
        string here = Here();
        string readme = File.ReadAllText(Path.Combine(here, "..", "..", "README.md")).ReplaceLineEndings("\n");
        string source = File.ReadAllText(Path.Combine(here, "CSharpPipeline.cs")).ReplaceLineEndings("\n");

        string usings = string.Concat(source.Split('\n').TakeWhile(line => line.StartsWith("using ", StringComparison.Ordinal)).Select(line => line + "\n"));
        string body = string.Join('\n', source.Split("        // README\n")[1].Split('\n').Select(line => line.Length > 8 ? line[8..] : line));
        Assert.AreEqual(usings + "\n" + body, CSharpBlock().Match(readme).Groups[1].Value);

        CSharpPipeline.Run();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
