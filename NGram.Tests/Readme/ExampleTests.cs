using System.Reflection;
using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.ML;
using NGram.Data;
using NGram.Data.Laws;
using NGram.ML.Estimators;
using NGram.Tests.ML.Estimators;

namespace NGram.Tests.Readme;

/// <summary>The examples in the documentation of the entry points.</summary>
[TestClass]
public sealed class ExampleTests
{
    private static readonly string[] Documents = ["NGram.Data.xml", "NGram.ML.xml"];

    [TestMethod]
    public void Every_example_of_the_documentation_is_compiled_here_to_the_letter()
    {
        var compiled = ReadmeTests.Compiled();
        foreach (var (member, code) in Examples())
            Assert.Contains(code, compiled, member);
    }

    [TestMethod]
    public void Every_entry_point_has_an_example()
    {
        string[] documented = [.. Examples().Select(example => example.Member)];
        foreach (var method in EntryPoints())
        {
            string name = $"M:{method.DeclaringType!.FullName}.{method.Name}(";
            Assert.IsTrue(documented.Any(member => member.StartsWith(name, StringComparison.Ordinal)), name);
        }
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void The_examples_run()
    {
        var ml = new MLContext(seed: 1);
        var distribution = new PowerLaw { VocabularySize = 5, Order = 3 }.CreateDistribution(seed: 1);
        var sample = ml.NGrams.Sample(distribution, rows: 400, seed: 1);
        EntryPointExamples.Train(ml, sample, sample);
        EntryPointExamples.TrainWithOptions(ml, sample);
        EntryPointExamples.TrainEncoder(ml, sample);
        EntryPointExamples.TrainModule(ml, sample);
        EntryPointExamples.Sweep(ml, sample, sample);
        EntryPointExamples.Construct(ml, distribution, sample);
        EntryPointExamples.Sample(ml);
        EntryPointExamples.LoadTokens(ml, distribution);
        EntryPointExamples.ShowTokens(distribution);
        EntryPointExamples.LoadFrame(ml);
        var words = ml.Data.LoadFromEnumerable(TextRow.Cycle(400, seed: 1));
        EntryPointExamples.TrainInPipeline(ml, words, words);
        using var model = ml.MulticlassClassification.Trainers.AttentionTransformer(numberOfEpochs: 5).Fit(sample);
        EntryPointExamples.Evaluate(ml, distribution, sample, model);
        EntryPointExamples.Inspect(ml, model, distribution);
        var keys = TextRow.ToKeys(ml).Fit(words).Transform(words);
        using var ofWords = ml.MulticlassClassification.Trainers.AttentionTransformer(numberOfEpochs: 5).Fit(keys);
        EntryPointExamples.Predict(ofWords);
        EntryPointExamples.GenerateInPipeline(ml, keys, ofWords);
    }

    [TestMethod]
    public void CSharp_13_finds_the_trainers_with_no_using_but_that_of_ML_NET()
    {
        const string code = """
            using Microsoft.ML;

            static class Old
            {
                static void Run(MLContext ml, IDataView text)
                {
                    var ngrams = new NGram.Data.NGramCatalog(ml);
                    var data = ngrams.Windows(text, "Text", contextWindow: 3);
                    using var model = ml.MulticlassClassification.Trainers.AttentionTransformer().Fit(data);
                    using var encoder = ml.MulticlassClassification.Trainers.SequenceEncoder(labelColumnName: "Label").Fit(data);
                    _ = ngrams.Evaluate(data, model);
                }
            }
            """;
        string assemblies = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        var compilation = CSharpCompilation.Create(
            "Old",
            [CSharpSyntaxTree.ParseText(code, new(LanguageVersion.CSharp13))],
            assemblies.Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path)),
            new(OutputKind.DynamicallyLinkedLibrary));
        var errors = compilation.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error).ToList();
        Assert.IsEmpty(errors, string.Join('\n', errors));
    }

    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly;

    private static IEnumerable<MethodInfo> EntryPoints() =>
        typeof(NGramCatalog).Assembly.GetExportedTypes()
            .Concat(typeof(NextTokenEstimator).Assembly.GetExportedTypes())
            .Where(type => type.Namespace == "Microsoft.ML" || type == typeof(NGramCatalog))
            .SelectMany(type => type.GetMethods(Declared))
            .Where(method => !method.IsSpecialName && (method.IsStatic == method.IsDefined(typeof(ExtensionAttribute))))
            .DistinctBy(method => (method.DeclaringType, method.Name));

    private static IEnumerable<(string Member, string Code)> Examples() =>
        from document in Documents
        from member in XDocument.Load(Path.Combine(AppContext.BaseDirectory, document)).Descendants("member")
        from code in member.Descendants("example").Descendants("code")
        select (member.Attribute("name")!.Value, Unindented(code.Value));

    private static string Unindented(string code)
    {
        string[] lines = code.ReplaceLineEndings("\n").Trim('\n').TrimEnd().Split('\n');
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line => (line.Length > indent ? line[indent..] : "") + "\n"));
    }
}
