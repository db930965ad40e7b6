using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.ML.Experiments;

namespace NGram.Cli.Flags;

/// <summary>The seed, and those that derive from it.</summary>
internal sealed class SeedFlags : FlagGroup
{
    private readonly Option<int> seed;
    private readonly Option<int?> distributionSeed;
    private readonly Option<int?>? dataSeed;
    private readonly Option<int?>? initialSeed;

    /// <param name="samples">Whether the command draws sequences.</param>
    /// <param name="trains">Whether the command draws weights.</param>
    public SeedFlags(bool samples, bool trains) : base("Seeds")
    {
        seed = Add(Flag.Integer("--seed", "The seed that the others derive from.", new ExperimentSettings().Seed));
        distributionSeed = Add(Flag.OptionalInteger("--distribution-seed", "Seed of the distribution. [default: from --seed]"));
        if (samples)
            dataSeed = Add(Flag.OptionalInteger("--data-seed", "Seed of the sampled sequences. [default: from --seed]"));
        if (trains)
        {
            initialSeed = Add(
                Flag.OptionalInteger(
                    "--initial-seed",
                    samples
                        ? "Seed of the initial weights and the order of the rows. [default: from --seed]"
                        : "Seed of the random embeddings and matrices. [default: from --seed]"));
        }
    }

    /// <summary>The settings with the seeds of the command line.</summary>
    /// <exception cref="UsageException">A seed is given for a distribution that is read from a file.</exception>
    public ExperimentSettings Bind(ExperimentSettings settings, ParseResult parse)
    {
        if (settings.DistributionFile is not null)
            Refuse(parse, "has no effect on the file of --distribution; leave it out.", distributionSeed);
        if (!settings.IsSampled)
        {
            Refuse(
                parse,
                "has no effect on the sequences of --data, which are not drawn; leave it out.",
                [.. dataSeed is null ? (Option[])[] : [dataSeed], distributionSeed]);
        }

        return settings with
        {
            Seed = parse.GetValue(seed),
            DistributionSeed = parse.GetValue(distributionSeed),
            DataSeed = dataSeed is null ? null : parse.GetValue(dataSeed),
            InitialSeed = initialSeed is null ? null : parse.GetValue(initialSeed),
        };
    }
}
