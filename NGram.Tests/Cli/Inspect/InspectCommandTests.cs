using System.Buffers.Binary;
using System.IO.Compression;
using NGram.Tests.ML.Evaluation;

namespace NGram.Tests.Cli.Inspect;

[TestClass]
[TestCategory("Slow")]
public sealed class InspectCommandTests
{
    private const string Train = "train --quiet --no-baseline --vocabulary-size 6 --heads 3 --head-dimension 4 --batches 20 "
        + "--epochs 2 --batch-size 32 --learning-rate 0.02";

    [TestMethod]
    public void A_tracked_run_has_its_memory_and_an_inspection_every_picture_with_its_table()
    {
        using var folder = new TemporaryFolder();
        var run = CliRun.OfLine($"{Train} --track-every 10 --output {folder["run"]}");
        Assert.AreEqual((0, ""), (run.ExitCode, run.Error));
        var memory = CsvRow.Read(folder["run/memory.csv"]);
        CollectionAssert.AreEqual(new[] { 0.0, 10, 20, 30, 40 }, memory.Select(row => row.Number("Step")).ToArray());
        Assert.HasCount(36, CsvRow.Read(folder["run/prompts.csv"]));
        string report = File.ReadAllText(folder["run/report.html"]);
        Assert.Contains("Step at which each pair was first learned", report);
        Assert.Contains("Facts during training", report);

        var inspected = CliRun.OfLine($"inspect --model {folder["run"]} --cards 2 --output {folder["glass"]}");
        Assert.AreEqual((0, ""), (inspected.ExitCode, inspected.Error));
        Assert.HasCount(3, CsvRow.Read(folder["glass/heads.csv"]));
        CollectionAssert.AreEqual(
            File.ReadAllLines(folder["run/prompts.csv"]), File.ReadAllLines(folder["glass/prompts.csv"]), "steps and all");
        string page = File.ReadAllText(folder["glass/report.html"]);
        string[] figures = Directory.GetFiles(folder["glass/figures"], "*.svg");
        Assert.HasCount(5 + 1 + 2 + 2 * 5, figures, "pairs, sorted, training, two cards");
        foreach (string figure in figures)
        {
            Assert.IsTrue(File.Exists(Path.ChangeExtension(figure, ".csv")), figure);
            Assert.Contains(Path.GetFileNameWithoutExtension(figure) + ".csv", page);
        }
        Assert.DoesNotContain("<script", page);
    }

    [TestMethod]
    public void A_run_that_is_not_tracked_has_neither_tables_nor_pictures()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"{Train} --output {folder["run"]}").ExitCode);
        Assert.IsFalse(File.Exists(folder["run/memory.csv"]));
        Assert.IsFalse(File.Exists(folder["run/prompts.csv"]));
        Assert.DoesNotContain("Pairs that are memorised", File.ReadAllText(folder["run/report.html"]));

        Assert.AreEqual(0, CliRun.OfLine($"inspect --model {folder["run"]} --cards 0 --output {folder["glass"]}").ExitCode);
        Assert.HasCount(4, Directory.GetFiles(folder["glass/figures"], "*.svg"), "no steps");
    }

    [TestMethod]
    public void A_picture_has_a_pixel_for_each_number()
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"{Train} --output {folder["run"]}").ExitCode);
        Assert.AreEqual(0, CliRun.OfLine($"inspect --model {folder["run"]} --cards 0 --output {folder["glass"]}").ExitCode);
        string svg = File.ReadAllText(folder["glass/figures/pairs-memorised.svg"]);
        const string start = "data:image/png;base64,";
        int from = svg.IndexOf(start, StringComparison.Ordinal) + start.Length;
        byte[] png = Convert.FromBase64String(svg[from..svg.IndexOf('"', from)]);
        int Number(int at) => BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(at));
        Assert.AreEqual((6, 6), (Number(16), Number(20)));
        int length = Number(33);
        Assert.AreEqual("IDAT", System.Text.Encoding.ASCII.GetString(png, 37, 4));
        using var zlib = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        byte[] rows = new byte[6 * 25];
        zlib.ReadExactly(rows);
        var prompts = CsvRow.Read(folder["glass/prompts.csv"]);
        for (int i = 0; i < 36; i++)
        {
            bool memorised = prompts[i]["Memorised"] == "True";
            byte red = rows[i / 6 * 25 + 1 + i % 6 * 4];
            Assert.AreEqual(memorised ? 253 : 68, red, "Viridis' ends");
        }
    }

    [TestMethod]
    [DataRow("--cards -1 --model RUN", "--cards is -1; it must be at least 0")]
    [DataRow("--quiet", "--model is missing")]
    [DataRow("--model RUN/model.safetensors", "--distribution is missing")]
    public void What_cannot_be_inspected_is_one_line(string flags, string expected)
    {
        using var folder = new TemporaryFolder();
        Assert.AreEqual(0, CliRun.OfLine($"{Train} --output {folder["run"]}").ExitCode);
        var run = CliRun.OfLine($"inspect {flags.Replace("RUN", folder["run"])} --output {folder["glass"]}");
        Assert.AreEqual(2, run.ExitCode);
        Assert.Contains(expected, run.Error);
        Assert.HasCount(1, run.Error.Trim().Split('\n'));
        Assert.IsFalse(Directory.Exists(folder["glass"]));
    }

    [TestMethod]
    [DataRow("--track-every 0", "--track-every is 0; it must be at least 1")]
    public void Tracking_refuses_what_it_cannot_do(string flags, string expected)
    {
        var run = CliRun.OfLine($"{Train} {flags}");
        Assert.AreEqual(2, run.ExitCode);
        Assert.Contains(expected, run.Error);
    }
}
