using System.IO.Compression;
using Microsoft.ML;
using NGram.Data.Counts;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.IO;
using NGram.Data.Laws;
using NGram.Data.Safetensors;
using NGram.Data.Sequences;
using NGram.ML.Estimators;
using NGram.ML.Experiments;
using NGram.ML.Interchange;
using NGram.ML.Interchange.Onnx;
using NGram.ML.Interchange.Weights;
using NGram.ML.Models;
using NGram.ML.Training;
using NGram.Tests.Cli;
using NGram.Tests.Data.Counts;
using NGram.Tests.Data.Distributions;
using Parquet;
using Parquet.Schema;

namespace NGram.Tests.Fuzzing;

/// <summary>Every format that NGram reads, mutated: a result or one line, and no memory for what a file claims.</summary>
[TestClass]
[TestCategory("Slow")]
public sealed class FuzzTests : IDisposable
{
    private static readonly SequenceFileOptions Ids = new() { ContextWindow = 3, VocabularySize = 50 };

    private static readonly TransformerArchitecture Small = new()
    {
        VocabularySize = 6,
        Order = 3,
        ContextWindow = 4,
        Options = new() { EmbeddingDimension = 4, HeadDimension = 2, Heads = 2, MlpWidth = 3 },
    };

    private readonly TemporaryFolder folder = new();
    private readonly Mutator mutator = new(2222);

    public void Dispose() => folder.Dispose();

    [TestMethod]
    public void Settings_of_a_run()
    {
        using var outputs = new OutputSet();
        var law = new ZipfLaw { Alphas = [-1, 0.5, 2] };
        RunFolder.Begin(outputs, outputs.AddFolder(folder["run"]), new ExperimentSettings { Law = law });
        Check(
            Fuzz.Run(Path.Combine(folder["run"], RunFiles.Settings), mutator.Text, () => RunFolder.Resume(folder["run"])),
            results: 100,
            faults: 1000);
    }

    [TestMethod]
    public void Architectures_beside_weights()
    {
        ModelFile.Save(folder["m.safetensors"], Small, Initialization.Create(Small, 1));
        Check(
            Fuzz.Run(folder["m.json"], mutator.Text, () => ModelFile.Load(folder["m.safetensors"]), folder["m."]),
            results: 50,
            faults: 1000);
    }

    [TestMethod]
    public void Weights_of_a_model()
    {
        ModelFile.Save(folder["m.safetensors"], Small, Initialization.Create(Small, 1));
        Check(
            Fuzz.Run(folder["m.safetensors"], mutator.Safetensors, () => ModelFile.Load(folder["m.safetensors"])),
            results: 50,
            faults: 1000);
    }

    [TestMethod]
    public void Onnx_models()
    {
        OnnxFile.Save(folder["m.onnx"], Small, Initialization.Create(Small, 1), ["a", "b", "c", "d", "e", "f"]);
        Check(Fuzz.Run(folder["m.onnx"], mutator.Bytes, () => SavedModel.Load(folder["m.onnx"])), results: 100, faults: 200);
    }

    /// <summary>The zip's own bytes in every second round, the model in it in the others.</summary>
    [TestMethod]
    public void Zipped_models()
    {
        OnnxFile.Save(folder["m.onnx"], Small, Initialization.Create(Small, 1), ["a", "b", "c", "d", "e", "f"]);
        byte[] onnx = File.ReadAllBytes(folder["m.onnx"]);
        byte[] zip = Zip(onnx);
        File.WriteAllBytes(folder["m.zip"], zip);
        int round = 0;
        Check(
            Fuzz.Run(
                folder["m.zip"],
                _ => round++ % 2 == 0 ? mutator.Bytes(zip) : Zip(mutator.Bytes(onnx)),
                () => SavedModel.Load(folder["m.zip"])),
            results: 100,
            faults: 500);
    }

    [TestMethod]
    public void Checkpoints_of_a_training()
    {
        var ml = new MLContext(seed: 1);
        var law = new PowerLaw { VocabularySize = 4, Order = 2 }.CreateDistribution(1);
        var data = ml.NGrams.Sample(law, rows: 8, seed: 4);
        var training = new TrainingOptions
        {
            BatchSize = 4,
            Epochs = 1,
            Seed = 3,
            Engine = TrainingEngine.Fused,
        };
        void Train(CheckpointOptions checkpoints) =>
            ml
                .NGrams.Transformer(
                    new()
                    {
                        EmbeddingDimension = 2,
                        HeadDimension = 2,
                        Heads = 1,
                    },
                    training,
                    new NextTokenOptions { Distribution = law, Checkpoints = checkpoints })
                .Fit(data)
                .Dispose();
        Train(new() { Path = folder["c.safetensors"], Every = 1 });
        Check(
            Fuzz.Run(
                folder["c.safetensors"],
                mutator.Safetensors,
                () => Train(new() { Path = folder["c.safetensors"], Resume = true })),
            results: 50,
            faults: 1000);
    }

    [TestMethod]
    public void Tensors_and_their_header()
    {
        SafetensorsFile.Write(
            folder["t.safetensors"],
            new Dictionary<string, SafetensorsTensor>
            {
                ["pi_0"] = SafetensorsTensor.FromDoubles([2], [0.5, 0.5]),
                ["pi_1"] = SafetensorsTensor.FromSingles([2, 2], [1, 0, 0, 1]),
            },
            new Dictionary<string, string> { ["seed"] = "7" });
        Check(
            Fuzz.Run(folder["t.safetensors"], mutator.Safetensors, () => SafetensorsFile.Read(folder["t.safetensors"])),
            results: 50,
            faults: 1000);
    }

    [TestMethod]
    public void Dense_distributions()
    {
        new PowerLaw { VocabularySize = 4, Order = 2 }
            .CreateDistribution(1)
            .Save(folder["d.safetensors"]);
        Check(
            Fuzz.Run(folder["d.safetensors"], mutator.Safetensors, () => Use(DistributionFile.Load(folder["d.safetensors"]))),
            results: 50,
            faults: 1000);
    }

    [TestMethod]
    public void Sparse_distributions()
    {
        new SparseNGramDistribution(NGramCounts.Of(5, 3, SparseCases.Texts(7)), new KneserNey(), ["a", "b", "c", "d", "e"]).Save(
            folder["s.safetensors"]);
        Check(
            Fuzz.Run(folder["s.safetensors"], mutator.Safetensors, () => Use(DistributionFile.Load(folder["s.safetensors"]))),
            results: 10,
            faults: 1000);
    }

    [TestMethod]
    [DataRow("f.csv", "token0,token1,token2\n1,2,3\n\"4\",5,6\n")]
    [DataRow("f.tsv", "1\t2\t3\n4\t5\t6\n")]
    [DataRow("f.jsonl", "{\"token0\":1,\"token1\":\"2\",\"token2\":3}\n{\"Context\":[1,2],\"Label\":3}\n")]
    public void Sequences_as_text(string name, string content)
    {
        File.WriteAllText(folder[name], content);
        Check(
            Fuzz.Run(
                folder[name],
                mutator.Text,
                () => UseRows(folder[name])),
            results: 5,
            faults: 500);
    }

    [TestMethod]
    public async Task Parquet_files()
    {
        string[] names = ["token0", "token1", "token2"];
        var schema = new ParquetSchema(
            names.Select(name => (Field)new DataField(name, typeof(int), isNullable: name == "token1")).ToArray());
        using (var stream = File.Create(folder["f.parquet"]))
        await using (var writer = await ParquetWriter.CreateAsync(schema, stream))
        {
            using var group = writer.CreateRowGroup();
            foreach (var field in schema.GetDataFields())
            {
                if (field.IsNullable)
                    await group.WriteAsync<int>(field, new int?[] { 1, 2, 3 }, null);
                else
                    await group.WriteAsync<int>(field, new[] { 4, 5, 6 }, null);
            }
        }
        Check(
            Fuzz.Run(
                folder["f.parquet"],
                mutator.Bytes,
                () => UseRows(folder["f.parquet"])),
            results: 100,
            faults: 500);
    }

    /// <summary>What is read has the window's length, in tokens of the vocabulary.</summary>
    private static void UseRows(string path)
    {
        foreach (var block in SequenceFile.Read(path, Ids))
        {
            Assert.AreEqual(Ids.ContextWindow, block.ContextWindow);
            Assert.IsGreaterThan(0, block.Rows);
            foreach (ushort token in block.Tokens)
                Assert.IsLessThan(Ids.VocabularySize, token);
        }
    }

    private static void Use(INGramDistribution law)
    {
        var random = new Random(1);
        for (int i = 0; i < 5; i++)
        {
            ushort[] context = Enumerable.Range(0, law.Order - 1).Select(_ => (ushort)random.Next(law.VocabularySize)).ToArray();
            Assert.AreEqual(1, LawBruteForce.Row(law, context).Sum(), 1e-9);
        }
        if (law.VocabularySize < 1000)
            _ = new SequenceSampler(law, Math.Max(2, law.Order), 1).Sample(3);
        Assert.IsFalse(double.IsNaN(law.Entropy()));
    }

    private static byte[] Zip(byte[] onnx)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("TransformerChain/Transform_000/OnnxModel").Open())
            entry.Write([.. BitConverter.GetBytes(onnx.Length), .. onnx]);
        return stream.ToArray();
    }

    /// <summary>Enough of both, or the mutations are too strong or too weak to test anything.</summary>
    private static void Check((int Results, int Faults) counts, int results, int faults) =>
        Assert.IsTrue(counts.Results >= results && counts.Faults >= faults, $"{counts.Results} results, {counts.Faults} faults");
}
