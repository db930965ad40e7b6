using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Laws;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Tests.Packaging;

/// <summary>A saved model in a process of its own that has only stock packages: neither NGram nor libtorch.</summary>
[TestClass]
[TestCategory("Slow")]
[TestCategory("Packaging")]
public sealed class StockApplicationTests
{
    private const int Rows = 10_000;

    [TestMethod]
    public void A_fresh_process_with_stock_packages_alone_predicts_the_same_on_10_000_rows()
    {
        var ml = new MLContext(seed: 1);
        var law = new PowerLaw { VocabularySize = 20 }.CreateDistribution(1);
        using var model = ml
            .NGrams.Transformer(
                new TransformerOptions { Heads = 4 },
                new TrainingOptions
                {
                    Epochs = 2,
                    BatchSize = 64,
                    LearningRate = 0.01,
                })
            .Fit(ml.NGrams.Sample(law, rows: 6400, seed: 1));
        var test = ml.NGrams.Sample(law, Rows, seed: 2);
        string folder = Directory.CreateTempSubdirectory("ngram-test-").FullName;
        try
        {
            ml.Model.Save(model, model.InputSchema, Path.Combine(folder, "model.zip"));
            File.WriteAllLines(
                Path.Combine(folder, "keys.txt"),
                test.GetColumn<uint[]>("Context").Select(keys => string.Join(' ', keys)));
            File.WriteAllText(Path.Combine(folder, "Stock.csproj"), Project());
            File.WriteAllText(Path.Combine(folder, "Program.cs"), Program);
            ChildProcess.Dotnet(folder, "run", "-c", "Release");

            var scored = model.Transform(test);
            uint[] predicted = [.. scored.GetColumn<uint>("PredictedLabel")];
            float[][] scores = [.. scored.GetColumn<float[]>("Score")];
            string[] lines = File.ReadAllLines(Path.Combine(folder, "scores.txt"));
            Assert.HasCount(Rows, lines);
            for (int row = 0; row < Rows; row++)
            {
                float[] values = [.. lines[row].Split(' ').Select(value => float.Parse(value, CultureInfo.InvariantCulture))];
                Assert.AreEqual(predicted[row], (uint)values[0], $"row {row}");
                for (int slot = 0; slot < 20; slot++)
                    Assert.AreEqual(scores[row][slot], values[slot + 1], 1e-5f, $"row {row}");
            }
            Assert.IsEmpty(Directory.GetFiles(folder, "*orch*", SearchOption.AllDirectories));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Project() => $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
            <ImplicitUsings>enable</ImplicitUsings>
            <InvariantGlobalization>true</InvariantGlobalization>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="Microsoft.ML" Version="{VersionOf("Microsoft.ML")}" />
            <PackageReference Include="Microsoft.ML.OnnxTransformer" Version="{VersionOf("Microsoft.ML.OnnxTransformer")}" />
            <PackageReference Include="Microsoft.ML.OnnxRuntime" Version="{VersionOf("Microsoft.ML.OnnxRuntime")}" />
          </ItemGroup>
        </Project>
        """;

    private const string Program = """
        using Microsoft.ML;
        using Microsoft.ML.Data;
        var ml = new MLContext();
        var model = ml.Model.Load("model.zip", out var schema);
        var rows = File.ReadAllLines("keys.txt")
            .Select(line => new Row { Context = line.Split(' ').Select(uint.Parse).ToArray() });
        var definition = SchemaDefinition.Create(typeof(Row));
        definition["Context"].ColumnType = schema["Context"].Type;
        definition["Label"].ColumnType = schema["Label"].Type;
        var scored = model.Transform(ml.Data.LoadFromEnumerable(rows, definition));
        var scores = scored.GetColumn<float[]>("Score");
        var predicted = scored.GetColumn<uint>("PredictedLabel");
        File.WriteAllLines("scores.txt", predicted.Zip(scores, (key, values) =>
            $"{key} {string.Join(' ', values.Select(value => value.ToString("R")))}"));
        (model as IDisposable)?.Dispose();

        class Row
        {
            public uint[] Context { get; set; } = [];

            public uint Label { get; set; }
        }
        """;

    /// <summary>The version that the repository pins.</summary>
    private static string VersionOf(string package) =>
        System
            .Xml.Linq.XDocument.Load(Path.Combine(PackageFolder.Repository(), "Directory.Packages.props"))
            .Descendants("PackageVersion")
            .Single(item => (string?)item.Attribute("Include") == package)
            .Attribute("Version")!
            .Value;
}
