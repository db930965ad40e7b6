using System.CommandLine;
using NGram.ML.Interchange;

namespace NGram.Cli.Flags;

/// <summary>The flag that names a saved model.</summary>
internal static class ModelPath
{
    /// <summary>The flag.</summary>
    public static Option<string?> Create() => Flag.Path("--model", "The model: a run folder, a model.zip, or a .safetensors file beside its .json.", "PATH");

    /// <summary>Loads the model that the flag names.</summary>
    /// <exception cref="UsageException">The flag is missing, or there is nothing at its path.</exception>
    public static SavedModel Load(ParseResult parse, Option<string?> option)
    {
        var path = parse.GetValue(option) ?? throw new UsageException($"{option.Name} is missing; it is a run folder, a model.zip or a .safetensors file.");
        return Path.Exists(path) ? SavedModel.Load(path) : throw new UsageException($"{option.Name} is {path}; there is no such file or folder.");
    }
}
