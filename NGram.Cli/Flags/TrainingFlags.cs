using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.ML.Engines;
using NGram.ML.Experiments;
using NGram.ML.Models;
using NGram.ML.Training;

namespace NGram.Cli.Flags;

/// <summary>How the model is trained.</summary>
internal sealed class TrainingFlags : FlagGroup
{
    /// <summary>Batches of an epoch with --quick.</summary>
    public const int QuickBatches = 100;

    /// <summary>Epochs with --quick.</summary>
    public const int QuickEpochs = 3;

    private const int AutoLanes = 0;

    /// <summary>Time limit with --quick, for models so large that the batches take longer.</summary>
    private static readonly TimeSpan QuickTimeLimit = TimeSpan.FromSeconds(3);

    private readonly Option<double> learningRate;
    private readonly Option<double?> finalLearningRate;
    private readonly Option<int> batchSize;
    private readonly Option<int> batches;
    private readonly Option<int> epochs;
    private readonly Option<TrainingObjective> objective;
    private readonly Option<bool> online;
    private readonly Option<double?> targetAccuracy;
    private readonly Option<int?> patience;
    private readonly Option<double?> timeLimit;
    private readonly Option<FrozenTensors[]> freeze;
    private readonly Option<TrainingEngine> engine;
    private readonly Option<int> lanes;
    private readonly Option<int?> threads;

    public TrainingFlags() : base("Training")
    {
        var experiment = new ExperimentSettings();
        var defaults = experiment.Training;
        learningRate = Add(Flag.Real("--learning-rate", "Adam's learning rate in the first epoch.", defaults.LearningRate));
        finalLearningRate = Add(
            Flag.OptionalReal(
                "--final-learning-rate",
                "The learning rate in the last epoch, linear in between. [default: the same]"));
        batchSize = Add(Flag.Integer("--batch-size", "Sequences in a batch.", defaults.BatchSize));
        batches = Add(Flag.Integer("--batches", "Batches in an epoch.", experiment.Batches!.Value));
        epochs = Add(Flag.Integer("--epochs", "Passes over the sample, each in a new order.", defaults.Epochs));
        objective = Add(
            Flag.Choice(
                "--objective",
                "What the loss compares the prediction with: the sampled token, or its whole distribution; exact: the whole "
                + "distribution after every prompt of the law, weighted by the prompt's probability, without a sample. "
                + "With a --batch-size of the number of prompts every step has the whole gradient.",
                defaults.Objective,
                ("next-token", TrainingObjective.NextToken),
                ("full-distribution", TrainingObjective.FullDistribution),
                ("exact", TrainingObjective.Exact)));
        online = Add(Flag.Switch("--online", "Draw new sequences for every batch instead of one sample for all epochs."));
        targetAccuracy = Add(
            Flag.OptionalReal("--target-accuracy", "End after an epoch whose last 100 batches reach this accuracy, from 0 to 1.")
        );
        patience = Add(Flag.OptionalInteger("--patience", "End after this many epochs in a row without a smaller loss."));
        timeLimit = Add(
            Flag.OptionalReal("--time-limit", "End the training after this many seconds; the baseline's has the same limit."));
        freeze = Add(
            Flag.Choices(
                "--freeze",
                "Tensors that keep their initial values: the embeddings of tokens and positions, the unembedding, the query and "
                + "key matrices. [default: none]",
                ("embeddings", FrozenTensors.Embeddings),
                ("unembedding", FrozenTensors.Unembedding),
                ("query-key", FrozenTensors.QueryKey)));
        engine = Add(
            Flag.Choice(
                "--engine",
                "Implementation of the training step: fused kernels on the CPU, TorchSharp for every architecture, "
                + "or the faster one that supports the model.",
                defaults.Engine,
                ("auto", TrainingEngine.Auto),
                ("torchsharp", TrainingEngine.TorchSharp),
                ("fused", TrainingEngine.Fused)));
        lanes = Add(
            Flag.Choice(
                "--lanes",
                "Floats per vector in the fused engine; auto: the fastest for the model on this processor. "
                + "The same number gives the same bits.",
                AutoLanes,
                ("auto", AutoLanes),
                ("4", 4),
                ("8", 8),
                ("16", 16)));
        threads = Add(
            Flag.IntegerOr(
                "auto",
                "--threads",
                "Threads per training step; auto: one for small models, for larger ones as many as they keep busy, while that is "
                + "faster. The fused engine gives the same bits with any number."));
    }

    /// <summary>The settings with the training of the command line; quick ones lower what is not given.</summary>
    /// <exception cref="UsageException">A value is out of range.</exception>
    public ExperimentSettings Bind(ExperimentSettings settings, ParseResult parse, bool quick)
    {
        var training = new TrainingOptions
        {
            LearningRate = parse.GetValue(learningRate),
            FinalLearningRate = parse.GetValue(finalLearningRate),
            BatchSize = parse.GetValue(batchSize),
            Epochs = quick && !parse.Has(epochs) ? QuickEpochs : parse.GetValue(epochs),
            Objective = parse.GetValue(objective),
            Online = parse.GetValue(online),
            TargetAccuracy = parse.GetValue(targetAccuracy),
            Patience = parse.GetValue(patience),
            TimeLimit = ReadTimeLimit(parse, quick),
            Freeze = (parse.GetValue(freeze) ?? []).Aggregate(FrozenTensors.None, (all, one) => all | one),
            Engine = parse.GetValue(engine),
            Lanes = parse.GetValue(lanes) is not AutoLanes and var width ? width : null,
            Threads = parse.GetValue(threads),
        };
        if (training.Engine == TrainingEngine.TorchSharp)
            Refuse(parse, $"is for the fused engine, not for {engine.Name} torchsharp.", lanes);
        if (training.Objective == TrainingObjective.Exact)
        {
            Refuse(parse, $"is for samples, and {objective.Name} exact draws none: an epoch is every prompt.", batches, online);
            if (!settings.IsSampled)
            {
                throw new UsageException(
                    $"{objective.Name} exact trains on every prompt of a law and not on --data; leave one of them out.");
            }
        }

        if (!settings.IsSampled)
        {
            Refuse(
                parse,
                "is for samples of a law; with --data an epoch is all its sequences, in batches of --batch-size.",
                batches,
                online);
        }

        if (!settings.HasLaw && training.Objective == TrainingObjective.FullDistribution)
        {
            throw new UsageException(
                $"{objective.Name} full-distribution needs the law of the tokens, and --data has none without --distribution.");
        }

        settings = settings with
        {
            Training = training,
            Batches = !settings.IsSampled ? null : quick && !parse.Has(batches) ? QuickBatches : parse.GetValue(batches),
        };
        if (quick && !settings.IsSampled)
        {
            settings = settings with
            {
                Data = settings.Data with
                {
                    Rows = (int)Math.Min(int.MaxValue, (long)QuickBatches * Math.Max(1, training.BatchSize)),
                },
            };
        }

        Check(training.Validate);
        Check(() => Require.AtLeast(settings.Batches ?? 1, 1, nameof(settings.Batches)));
        Check(() => _ = settings.Rows);
        return settings;
    }

    private TimeSpan? ReadTimeLimit(ParseResult parse, bool quick) =>
        parse.GetValue(timeLimit) switch
        {
            null => quick ? QuickTimeLimit : null,
            > 0 and <= 1e9 and var seconds => TimeSpan.FromSeconds(seconds),
            var other => throw new UsageException(
                FormattableString.Invariant($"{timeLimit.Name} is {other}; it must be a positive number of seconds, at most 1e9.")
            ),
        };
}
