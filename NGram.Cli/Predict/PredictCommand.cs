using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using NGram.Cli.CommandLine;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.Keys;
using NGram.ML.Estimators;
using NGram.ML.Generation;
using Spectre.Console;

namespace NGram.Cli.Predict;

/// <summary>Predicts the token that follows.</summary>
internal sealed class PredictCommand : NGramCommand
{
    private const int DefaultTop = 5;

    private readonly StandardStreams streams;
    private readonly Option<string?> model;
    private readonly Option<int> top;
    private readonly Option<bool> text;
    private readonly Option<bool> json;
    private readonly Option<bool> quiet;
    private readonly Argument<string[]> contexts;

    public PredictCommand(StandardStreams streams)
        : base("predict", "Predict the token that follows: the most probable ones after each context, with their probabilities.")
    {
        this.streams = streams;
        model = Add(ModelPath.Create());
        top = Add(Flag.Integer("--top-k", "Tokens to show after each context.", DefaultTop));
        text = Add(ModelPath.CreateText());
        json = Add(Flag.Switch("--json", "Print JSON."));
        quiet = Add(Flag.Switch("--quiet", "Leave out the column names."));
        Arguments.Add(contexts = PromptArguments.Argument("CONTEXT"));
        SetAction(Run);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("what follows the tokens 3 and 17", "ngram predict --model runs/first 3,17"),
        new("words, where the model was trained on a text's distribution", "ngram predict --model runs/gpl --text \"of the\""),
        new("the best guess after each of many contexts", "ngram predict --model model.zip --top-k 1 --quiet < contexts.csv"),
    ];

    private int Run(ParseResult parse)
    {
        int count = parse.GetCount(top);
        using var transformer = ModelPath.Load(parse, model, text).CreateTransformer();
        var prompts = PromptArguments.Read(parse.GetValue(contexts) ?? [], streams, transformer, parse.GetValue(text));
        var predictions = prompts.Select(prompt => (Prompt: prompt, Next: transformer.PredictNext(prompt, count)));
        if (parse.GetValue(json))
        {
            streams.Output.WriteLine(Json(predictions, transformer.Vocabulary).ToJsonString(JsonText.Options));
        }
        else
        {
            Print(
                predictions,
                transformer.Vocabulary,
                PromptArguments.Separator(transformer.Vocabulary, parse.GetValue(text)),
                !parse.GetValue(quiet));
        }

        return ExitCode.Done;
    }

    private void Print(
        IEnumerable<(ushort[] Prompt, TokenProbability[] Next)> predictions,
        Vocabulary vocabulary,
        string separator,
        bool showHeaders)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = showHeaders };
        foreach (string name in (string[])["context", "token", "probability"])
            table.AddColumn(new TableColumn(name) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        foreach (var (prompt, next) in predictions)
        {
            string context = string.Join(separator, prompt.Select(token => KeyColumn.TextOf(vocabulary.Values[token])));
            foreach (var (_, value, probability) in next)
            {
                table.AddRow(
                    new Text(context),
                    new Text(KeyColumn.TextOf(value)),
                    new Text(probability.ToString("0.0000", CultureInfo.InvariantCulture)));
            }
        }
        streams.CreateOutputConsole().Write(table);
    }

    private static JsonArray Json(IEnumerable<(ushort[] Prompt, TokenProbability[] Next)> predictions, Vocabulary vocabulary) =>
        [
            .. predictions.Select(prediction => new JsonObject
            {
                ["context"] = TokenJson.Of(prediction.Prompt, vocabulary),
                ["predictions"] = new JsonArray([
                    .. prediction.Next.Select(next => new JsonObject
                    {
                        ["token"] = TokenJson.Of(next.Value),
                        ["probability"] = next.Probability,
                    }),
                ]),
            }),
        ];
}
