using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.IO;
using NGram.ML.Estimators;
using NGram.ML.Interchange.Stock;
using NGram.ML.Interchange.Weights;

namespace NGram.Cli.Export;

/// <summary>Writes a saved model in other forms.</summary>
internal sealed class ExportCommand : NGramCommand
{
    private const string WeightsExtension = ".safetensors";

    private readonly StandardStreams streams;
    private readonly Option<string?> model;
    private readonly IReadOnlyList<(Option<string?> Flag, string Extension, Action<NextTokenTransformer, string> Write)> forms;
    private readonly Option<bool> quiet;

    public ExportCommand(StandardStreams streams)
        : base("export", "Write a saved model as ONNX, as a model.zip for stock ML.NET, or as weights for PyTorch.")
    {
        this.streams = streams;
        model = Add(ModelPath.Create());
        forms =
        [
            (
                Add(Flag.Path("--onnx", "A new .onnx file: tokens [batch, S] in, logits and Score out.", "FILE")),
                ".onnx",
                (transformer, path) => transformer.SaveAsOnnx(path)),
            (
                Add(
                    Flag.Path(
                        "--zip",
                        "A new .zip file: Context in, Score and PredictedLabel out, for mlContext.Model.Load without NGram.",
                        "FILE")),
                ".zip",
                (transformer, path) => StockFile.Write(path, transformer, transformer.InputSchema)),
            (
                Add(
                    Flag.Path(
                        "--safetensors",
                        "A new .safetensors file with the weights under PyTorch's names; "
                        + "the architecture goes into a .json beside it.",
                        "FILE")),
                WeightsExtension,
                (transformer, path) => ModelFile.Save(path, transformer.Architecture, transformer.Parameters)),
        ];
        quiet = Add(Flag.Switch("--quiet", "Do not list the files that were written."));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("a run's model for ONNX Runtime", "ngram export --model runs/first --onnx model.onnx"),
        new("a model.zip back to PyTorch's weights", "ngram export --model model.zip --safetensors weights.safetensors"),
    ];

    private int Run(ParseResult parse)
    {
        var wanted = forms
            .Where(form => parse.Has(form.Flag))
            .Select(form => (form.Flag, form.Extension, form.Write, Path: parse.GetValue(form.Flag)!))
            .ToList();
        if (wanted.Count == 0)
        {
            throw new UsageException(
                $"there is nothing to write; give one or more of {string.Join(", ", forms.Select(form => form.Flag.Name))}.");
        }

        foreach (var (flag, extension, _, path) in wanted)
        {
            if (!path.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
                throw new UsageException($"{flag.Name} is {path}; its name must end in {extension}.");
        }
        using var interruption = new Interruption(streams);
        using var outputs = new OutputSet();
        var places = NewPath.ClaimFiles(outputs, [.. wanted.SelectMany(form => Files(form.Flag.Name, form.Path))]);
        using var transformer = ModelPath.Load(parse, model).CreateTransformer();
        foreach (var (_, _, write, path) in wanted)
        {
            interruption.Token.ThrowIfCancellationRequested();
            places[path].Write(partial => write(transformer, partial));
        }
        outputs.Commit();
        if (!parse.GetValue(quiet))
            wanted.ForEach(form => streams.Error.WriteLine($"Wrote {form.Path}."));
        return ExitCode.Done;
    }

    /// <summary>The files that a form is made of.</summary>
    private static IEnumerable<(string Flag, string Path)> Files(string flag, string path) =>
        path.EndsWith(WeightsExtension, StringComparison.OrdinalIgnoreCase)
            ? [(flag, path), (flag, ModelFile.ArchitecturePath(path))]
            : [(flag, path)];
}
