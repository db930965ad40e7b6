using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Experiments;

namespace NGram.Cli.Flags;

/// <summary>The trained baseline.</summary>
internal sealed class BaselineFlags : FlagGroup
{
    /// <summary>Batches of an epoch with --quick.</summary>
    public const int QuickBatches = 50;

    /// <summary>Epochs with --quick.</summary>
    public const int QuickEpochs = 2;

    private readonly Option<bool> none;
    private readonly Option<int> batchSize;
    private readonly Option<int> batches;
    private readonly Option<int> epochs;
    private readonly Option<double> learningRate;

    public BaselineFlags() : base("Trained baseline, a sequence encoder of the model's embedding dimension", "baseline-")
    {
        var defaults = new BaselineSettings();
        none = Add(Flag.Switch("--no-baseline", "Do not train one."));
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
            Refuse(parse, $"contradicts {none.Name}.", batchSize, batches, epochs, learningRate);
            return settings with { Baseline = null };
        }
        if (!settings.HasLaw)
        {
            Refuse(
                parse,
                "is for the trained baseline of a law, and --data has none without --distribution; leave it out.",
                batchSize,
                batches,
                epochs,
                learningRate);
            return settings with { Baseline = null };
        }
        var baseline = new BaselineSettings
        {
            BatchSize = parse.GetValue(batchSize),
            Batches = quick && !parse.Has(batches) ? QuickBatches : parse.GetValue(batches),
            Epochs = quick && !parse.Has(epochs) ? QuickEpochs : parse.GetValue(epochs),
            LearningRate = parse.GetValue(learningRate),
        };
        Check(baseline.Validate);
        return settings with { Baseline = baseline };
    }
}
