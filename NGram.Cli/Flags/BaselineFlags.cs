using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Experiments;
using NGram.ML.Optimum;

namespace NGram.Cli.Flags;

/// <summary>The baseline, trained or exact.</summary>
internal sealed class BaselineFlags : FlagGroup
{
    /// <summary>Batches of an epoch with --quick.</summary>
    public const int QuickBatches = 50;

    /// <summary>Epochs with --quick.</summary>
    public const int QuickEpochs = 2;

    private readonly Option<bool> none;
    private readonly Option<BaselineKind> kind;
    private readonly Option<int?> restarts;
    private readonly Option<int> batchSize;
    private readonly Option<int> batches;
    private readonly Option<int> epochs;
    private readonly Option<double> learningRate;

    public BaselineFlags() : base("Baseline, a sequence encoder of the model's embedding dimension", "baseline-")
    {
        var defaults = new BaselineSettings();
        none = Add(Flag.Switch("--no-baseline", "Train no baseline."));
        kind = Add(
            Flag.Choice(
                "--baseline",
                "Train it on a sample, as the notebook does, or find the best one by descent over all contexts.",
                defaults.Kind,
                ("exact", BaselineKind.Exact),
                ("trained", BaselineKind.Trained)));
        restarts = Add(
            Flag.OptionalInteger(
                "--baseline-restarts",
                "How many starting points to search for the exact one from. [default: 4 to 32, by the law's size]"));
        batchSize = Add(Flag.Integer("--baseline-batch-size", "Sequences in a batch.", defaults.BatchSize));
        batches = Add(Flag.Integer("--baseline-batches", "Batches in an epoch.", defaults.Batches));
        epochs = Add(Flag.Integer("--baseline-epochs", "Passes over its own sample.", defaults.Epochs));
        learningRate = Add(Flag.Real("--baseline-learning-rate", "Adam's learning rate.", defaults.LearningRate));
    }

    /// <summary>The settings with the baseline of the command line; quick ones lower what is not given.</summary>
    /// <exception cref="UsageException">A value is out of range, or given for no baseline.</exception>
    public ExperimentSettings Bind(ExperimentSettings settings, ParseResult parse, bool quick)
    {
        if (parse.GetValue(none))
        {
            Refuse(parse, $"contradicts {none.Name}.", kind, restarts, batchSize, batches, epochs, learningRate);
            return settings with { Baseline = null };
        }
        if (!settings.HasLaw)
        {
            Refuse(
                parse,
                "is for the baseline of a law, and --data has none without --distribution; leave it out.",
                kind,
                restarts,
                batchSize,
                batches,
                epochs,
                learningRate);
            return settings with { Baseline = null };
        }
        bool isExact = parse.GetValue(kind) == BaselineKind.Exact;
        if (isExact)
            Refuse(parse, $"is for a trained baseline, not for {kind.Name} exact.", batchSize, batches, epochs, learningRate);
        else
            Refuse(parse, $"is for {kind.Name} exact, not for a trained baseline.", restarts);
        var baseline = new BaselineSettings
        {
            Kind = parse.GetValue(kind),
            Restarts = parse.GetValue(restarts) ?? (quick && isExact ? 1 : null),
            BatchSize = parse.GetValue(batchSize),
            Batches = quick && !parse.Has(batches) ? QuickBatches : parse.GetValue(batches),
            Epochs = quick && !parse.Has(epochs) ? QuickEpochs : parse.GetValue(epochs),
            LearningRate = parse.GetValue(learningRate),
        };
        Check(baseline.Validate);
        return settings with { Baseline = baseline };
    }
}
