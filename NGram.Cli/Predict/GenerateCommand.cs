using System.CommandLine;
using System.Text.Json.Nodes;
using Microsoft.ML;
using NGram.Cli.CommandLine;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.Keys;
using NGram.ML.Estimators;
using NGram.ML.Generation;

namespace NGram.Cli.Predict;

/// <summary>Continues sequences.</summary>
internal sealed class GenerateCommand : NGramCommand
{
    private const int DefaultLength = 20;

    private readonly StandardStreams streams;
    private readonly Option<string?> model;
    private readonly Option<int> length;
    private readonly Option<double> temperature;
    private readonly Option<int> seed;
    private readonly Option<bool> text;
    private readonly Option<bool> json;
    private readonly Option<bool> quiet;
    private readonly Argument<string[]> prompts;

    public GenerateCommand(StandardStreams streams)
        : base(
            "generate",
            "Continue each prompt with tokens drawn from the model; prints the prompt and its continuation, one line each.")
    {
        this.streams = streams;
        var defaults = new GenerationOptions();
        model = Add(ModelPath.Create());
        length = Add(Flag.Integer("--length", "Tokens to add to each prompt.", DefaultLength));
        temperature = Add(
            Flag.Real(
                "--temperature",
                "1 draws from the model's distribution, 0 takes its most probable token.",
                defaults.Temperature));
        seed = Add(Flag.Integer("--seed", "Seed of the draws; the same seed and prompt give the same tokens.", defaults.Seed));
        text = Add(ModelPath.CreateText());
        json = Add(Flag.Switch("--json", "Print JSON."));
        quiet = Add(Flag.Switch("--quiet", "Print the new tokens without the prompt."));
        Arguments.Add(prompts = PromptArguments.Argument("PROMPT"));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("twenty tokens after 3 and 17", "ngram generate --model runs/first 3,17"),
        new("words, where the model was trained on a text's distribution", "ngram generate --model runs/gpl --text \"of the\""),
        new("the most probable continuation", "ngram generate --model model.zip --temperature 0 --length 5 3,17"),
    ];

    private int Run(ParseResult parse)
    {
        var options = new GenerationOptions { Temperature = parse.GetValue(temperature), Seed = parse.GetValue(seed) };
        int count = parse.GetCount(length);
        options.Validate();
        using var interruption = new Interruption(streams);
        using var transformer = ModelPath.Load(parse, model, text).CreateTransformer();
        var vocabulary = transformer.Vocabulary;
        var all = new JsonArray();
        bool areTexts = parse.GetValue(text);
        foreach (ushort[] prompt in PromptArguments.Read(parse.GetValue(prompts) ?? [], streams, transformer, areTexts))
        {
            interruption.Token.ThrowIfCancellationRequested();
            ushort[] generated = transformer.Generate(prompt, count, options, interruption.Token);
            if (parse.GetValue(json))
            {
                all.Add(
                    new JsonObject
                    {
                        ["prompt"] = TokenJson.Of(prompt, vocabulary),
                        ["generated"] = TokenJson.Of(generated, vocabulary),
                    });
            }
            else
            {
                streams.Output.WriteLine(
                    string.Join(
                        PromptArguments.Separator(vocabulary, areTexts),
                        (parse.GetValue(quiet) ? generated : prompt.Concat(generated)).Select(token =>
                            KeyColumn.TextOf(vocabulary.Values[token]))));
            }
        }
        if (parse.GetValue(json))
            streams.Output.WriteLine(all.ToJsonString(JsonText.Options));
        return ExitCode.Done;
    }
}
