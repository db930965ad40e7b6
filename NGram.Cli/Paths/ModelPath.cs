using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.Data.Files;
using NGram.ML.Interchange;

namespace NGram.Cli.Paths;

/// <summary>The flags that name a saved model and its tokens.</summary>
internal static class ModelPath
{
    /// <summary>The flag.</summary>
    public static Option<string?> Create() =>
        Flag.Path("--model", "The model: a run folder, a model.zip, or a .safetensors file beside its .json.", "PATH");

    /// <summary>The flag that asks for texts instead of ids.</summary>
    public static Option<bool> CreateText() =>
        Flag.Switch(
            "--text",
            "Tokens are texts, as named by the run folder's distribution (made by 'ngram corpus'), "
            + "with spaces between them unless they are characters.");

    /// <summary>Loads the model that the flag names.</summary>
    /// <exception cref="UsageException">The flag is missing, or there is nothing at its path.</exception>
    /// <exception cref="InvalidDataException">It is not a model, or has no texts and they are asked for.</exception>
    public static SavedModel Load(ParseResult parse, Option<string?> option, Option<bool>? text = null)
    {
        string path =
            parse.GetValue(option)
            ?? throw new UsageException($"{option.Name} is missing; it is a run folder, a model.zip or a .safetensors file.");
        if (!Path.Exists(path))
            throw new UsageException($"{option.Name} is {path}; there is no such file or folder.");
        var model = SavedModel.Load(path);
        return text is not null && parse.GetValue(text)
            ? model with
            {
                Vocabulary = model.RequireTexts(
                    model is { Vocabulary: null, DistributionFile: { } file } ? DistributionFile.Load(file) : null),
            }
            : model;
    }
}
