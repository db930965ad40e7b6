using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.Data.Corpora;
using NGram.Data.Text;
using NGram.ML.Experiments;

namespace NGram.Cli.Flags;

/// <summary>Files of sequences to train on instead of a sample, and to validate on.</summary>
internal sealed class DataFlags : FlagGroup
{
    private readonly Option<string[]> data;
    private readonly Option<string?> validation;
    private readonly Option<TokenUnit?> tokens;
    private readonly Option<bool> windows;
    private readonly Option<string> header;
    private readonly Option<bool> text;

    public DataFlags() : base("Data of your own")
    {
        data = Add(
            Flag.Paths(
                "--data",
                "Train on these sequences instead of a sample: CSV, TSV (.tsv), JSON lines (.jsonl) or Parquet (.parquet) files. "
                + "The last token of a row is predicted from those before it; tokens are ids or any text.",
                "FILE"));
        validation = Add(
            Flag.Path("--validation", "Sequences to measure the model on after every epoch; the same kinds of file.", "FILE"));
        tokens = Add(
            Flag.OptionalChoice<TokenUnit>(
                "--tokens",
                "The files are running text (UTF-8) of such tokens, and each window of it is a sequence; --vocabulary-size then "
                + $"limits the different tokens, to {new CorpusOptions().VocabularySize} if not given. [default: rows of tokens]",
                ("word", TokenUnit.Word),
                ("character", TokenUnit.Character),
                ("byte", TokenUnit.Byte)));
        windows = Add(CreateWindows());
        header = Add(CreateHeader());
        text = Add(
            Flag.Switch(
                "--text",
                "Tokens in the rows are texts, as named by a distribution made by 'ngram corpus', not ids."));
    }

    /// <summary>The flag for windows of rows.</summary>
    public static Option<bool> CreateWindows() =>
        Flag.Switch("--windows", "Take a sequence from every place in a longer row, not only from its end.");

    /// <summary>The flag for a header.</summary>
    public static Option<string> CreateHeader() =>
        Flag.Choice(
            "--header",
            "Whether the first line of CSV and TSV is a header; auto: it is if none of its cells is a token.",
            "auto",
            ("auto", "auto"),
            ("yes", "yes"),
            ("no", "no"));

    /// <summary>What it says; null: the rule decides.</summary>
    public static bool? HeaderOf(ParseResult parse, Option<string> header) =>
        parse.GetValue(header) switch
        {
            "yes" => true,
            "no" => false,
            _ => null,
        };

    /// <summary>The settings with the files of the command line.</summary>
    /// <exception cref="UsageException">A file is missing, or flags contradict each other.</exception>
    public ExperimentSettings Bind(ExperimentSettings settings, ParseResult parse)
    {
        string[] files = parse.GetPaths(data);
        string? held = parse.GetValue(validation);
        if (Array.Find(files, file => !File.Exists(file)) is { } missing)
            throw new UsageException($"{data.Name} is {missing}; there is no such file.");
        if (held is not null && !File.Exists(held))
            throw new UsageException($"{validation.Name} is {held}; there is no such file.");
        if (files.Length == 0 && held is null)
        {
            Refuse(
                parse,
                $"says how the files of {data.Name} and {validation.Name} are read, and there are none.",
                tokens,
                windows,
                header,
                text);
        }

        if (parse.Has(tokens))
            Refuse(parse, $"is for rows of tokens; {tokens.Name} says that the files are running text.", windows, header, text);
        return settings with
        {
            Validation = held is null ? null : Path.GetFullPath(held),
            Data = new()
            {
                Files = files.Length == 0 ? [] : Array.ConvertAll(files, Path.GetFullPath),
                Tokens = parse.GetValue(tokens),
                Windows = parse.GetValue(windows),
                Header = HeaderOf(parse, header),
                Text = parse.GetValue(text),
            },
        };
    }

    /// <summary>Refuses texts of a distribution where there is none; for settings with the law.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public void RequireTexts(ExperimentSettings settings)
    {
        if (settings is { Data.Text: true, DistributionFile: null })
        {
            throw new UsageException(
                $"{text.Name} needs --distribution, whose tokens have the texts; with {data.Name} alone, tokens may be any "
                + "texts.");
        }
    }
}
