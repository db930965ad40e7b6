using System.CommandLine;
using System.Globalization;
using NGram.Cli.CommandLine;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.Data.Files;
using NGram.Data.Laws;
using NGram.ML.Experiments;
using NGram.ML.Interchange;

namespace NGram.Cli.Flags;

/// <summary>The law of the tokens, or the file that holds it, and the length of a sequence.</summary>
internal sealed class LawFlags : FlagGroup
{
    private static readonly RandomHeadLaw HeadDefaults = new();

    private readonly Option<int> vocabularySize;
    private readonly Option<int> order;
    private readonly Option<int?> contextWindow;
    private readonly Option<Type> law;
    private readonly Option<double[]> alphas;
    private readonly Option<int[]> supports;
    private readonly Option<double> importance;
    private readonly Option<int> headTokens;
    private readonly Option<int?> prompts;
    private readonly Option<string?> distribution;
    private readonly Option<double>? epsilon;

    public LawFlags(bool trains, bool readsData = false) : base("Law of the tokens")
    {
        var settings = new ExperimentSettings();
        var defaults = settings.Law!;
        vocabularySize = Add(Flag.Integer("--vocabulary-size", "N: the number of different tokens.", defaults.VocabularySize));
        order = Add(Flag.Integer("--order", "n: a token depends on the n - 1 before it.", defaults.Order));
        contextWindow = Add(
            Flag.OptionalInteger(
                "--context-window",
                "Tokens in a sequence, including the one to predict; at least 2 and the order. "
                + (readsData ? "[default: the least, or the shortest row of --data]" : "[default: the least]")));
        law = Add(
            Flag.Choice(
                "--law",
                "Form of the probabilities; explicit ones are read from --distribution.",
                defaults.GetType(),
                ("power", typeof(PowerLaw)),
                ("zipf", typeof(ZipfLaw)),
                ("random-head", typeof(RandomHeadLaw)),
                ("explicit", typeof(ExplicitLaw))));
        alphas = Add(
            Flag.List<double>(
                "--alphas",
                "Parameter of each level: weights alpha^0, alpha^1, ... (power) or 1^alpha, 2^alpha, ... (zipf). "
                + "[default: 1,...,1]",
                "A,..."));
        supports = Add(
            Flag.List<int>(
                "--supports",
                "Tokens with a non-zero probability at each level; random-head has none for the last. [default: N,...,N,1]",
                "K,..."));
        importance = Add(
            Flag.Real(
                "--importance",
                "random-head: factor by which the logits' spread changes from one token to the next.",
                HeadDefaults.Importance));
        headTokens = Add(Flag.Integer("--head-tokens", "random-head: tokens with random logits.", HeadDefaults.HeadTokens));
        prompts = Add(
            Flag.OptionalInteger(
                "--prompts",
                "T0: sequences begin with one of this many prompts of n - 1 tokens, a random subset of the law's. "
                + "[default: all]"));
        distribution = Add(
            Flag.Path(
                "--distribution",
                "A saved distribution instead of a law: a .safetensors file, or a run folder that holds "
                + $"{RunFiles.Distribution}.",
                "FILE"));
        if (trains)
        {
            epsilon = Add(
                Flag.Real(
                    "--epsilon",
                    "Share of the prompts, by probability, that T_eps may leave out, within 1e-12 for rounding; 0: none.",
                    settings.Epsilon));
        }
    }

    /// <summary>The settings with the law, the file and the context window of the command line.</summary>
    /// <exception cref="UsageException">They contradict each other, are out of range, or the file is missing.</exception>
    public ExperimentSettings Bind(ExperimentSettings settings, ParseResult parse)
    {
        int? window = parse.GetValue(contextWindow);
        int shortest = 2;
        if (parse.GetValue(distribution) is { } path)
        {
            Refuse(
                parse,
                "comes from the file of --distribution; leave it out.",
                vocabularySize,
                order,
                alphas,
                supports,
                importance,
                headTokens,
                prompts);
            if (parse.Has(law) && parse.GetValue(law) != typeof(ExplicitLaw))
            {
                throw new UsageException(
                    "--law contradicts --distribution, whose file holds the probabilities; leave it out or make it explicit.");
            }

            settings = settings with { DistributionFile = Path.GetFullPath(DistributionPath.Find(distribution, path)) };
        }
        else if (!settings.IsSampled)
        {
            const string reason = "describes a law, and --data has none without --distribution; leave it out.";
            Refuse(parse, reason, [law, alphas, supports, importance, headTokens, prompts]);
            if (epsilon is not null)
                Refuse(parse, reason, epsilon);
            settings = settings with { Law = null, Data = BindData(settings.Data, parse) };
            shortest = Math.Max(shortest, settings.Data.Order ?? 0);
        }
        else
        {
            settings = settings with { Law = CreateLaw(parse) };
            Check(settings.Law!.Validate);
            if (epsilon is not null && !DistributionFile.CanSave(settings.Law.VocabularySize, settings.Law.Order))
            {
                throw new UsageException(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{vocabularySize.Name} is {settings.Law.VocabularySize} at {order.Name} {settings.Law.Order}; "
                        + $"the run folder's {RunFiles.Distribution} holds N^n numbers, at most 2 GB of them."));
            }

            shortest = Math.Max(shortest, settings.Law.Order);
        }
        if (window < shortest)
        {
            throw new UsageException(
                FormattableString.Invariant($"{contextWindow.Name} is {window}; it must be at least {shortest}."));
        }

        settings = settings with
        {
            ContextWindow = window,
            Epsilon = epsilon is null ? settings.Epsilon : parse.GetValue(epsilon),
        };
        Check(() => Require.AtMost(window ?? 0, ExperimentSettings.LargestContextWindow, nameof(settings.ContextWindow)));
        Check(() => Require.InRange(settings.Epsilon, 0, 1, nameof(settings.Epsilon)));
        return settings;
    }

    /// <summary>Refuses every flag but the file's, where something else describes the sequences.</summary>
    /// <exception cref="UsageException">One is given.</exception>
    public void RefuseAllButFile(ParseResult parse, string reason) =>
        Refuse(parse, reason, [.. Options.Where(option => option != distribution)]);

    /// <summary>The file of the distribution; null if none is given.</summary>
    /// <exception cref="UsageException">There is none at the flag's path.</exception>
    public string? FindFile(ParseResult parse) =>
        parse.GetValue(distribution) is { } path ? DistributionPath.Find(distribution, path) : null;

    /// <summary>Data without a law still has an order and a vocabulary size.</summary>
    private DataSettings BindData(DataSettings data, ParseResult parse)
    {
        data = data with
        {
            VocabularySize = parse.Has(vocabularySize) ? parse.GetValue(vocabularySize) : null,
            Order = parse.Has(order) ? parse.GetValue(order) : null,
        };
        Check(() => new PowerLaw { VocabularySize = data.VocabularySize ?? 2, Order = data.Order ?? 1 }.Validate());
        return data;
    }

    private NGramLaw CreateLaw(ParseResult parse)
    {
        var kind = parse.GetValue(law);
        if (kind == typeof(ExplicitLaw))
        {
            throw new UsageException(
                "--law explicit needs --distribution FILE, the .safetensors file with its rows (pi_0, pi_1, ...).");
        }

        return kind == typeof(RandomHeadLaw)
            ? CreateRandomHead(parse)
            : CreateRanked(parse, kind == typeof(ZipfLaw) ? new ZipfLaw() : new PowerLaw());
    }

    private RandomHeadLaw CreateRandomHead(ParseResult parse)
    {
        Refuse(parse, "is for the laws power and zipf, not for random-head.", alphas);
        return new()
        {
            VocabularySize = parse.GetValue(vocabularySize),
            Order = parse.GetValue(order),
            Prompts = parse.GetValue(prompts),
            Supports = parse.GetList(supports),
            Importance = parse.GetValue(importance),
            HeadTokens = parse.GetValue(headTokens),
        };
    }

    private RankedLaw CreateRanked(ParseResult parse, RankedLaw kind)
    {
        Refuse(parse, "is only for --law random-head.", importance, headTokens);
        return kind with
        {
            VocabularySize = parse.GetValue(vocabularySize),
            Order = parse.GetValue(order),
            Prompts = parse.GetValue(prompts),
            Alphas = parse.GetList(alphas),
            Supports = parse.GetList(supports),
        };
    }
}
