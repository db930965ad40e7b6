using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Paths;
using NGram.Cli.Terminal;
using NGram.ML.Sweeps.Running;

namespace NGram.Cli.Sweeping;

/// <summary>Prints a plan as something that a scheduler runs.</summary>
internal sealed class SchedulerFlags : FlagGroup
{
    private const double DefaultMinutes = 30;

    private readonly Option<bool> slurm;
    private readonly Option<bool> kubernetes;
    private readonly Option<bool> hyperQueue;
    private readonly Option<bool> dockerfile;
    private readonly Option<string?> output;
    private readonly Option<string?> image;
    private readonly Option<string?> claim;

    public SchedulerFlags() : base("Schedulers")
    {
        slurm = Add(Flag.Switch("--slurm", "Print a batch script for Slurm: an array with a task for each pack."));
        kubernetes = Add(Flag.Switch("--kubernetes", "Print an indexed Job for Kubernetes, a pod for each pack, as JSON."));
        hyperQueue = Add(Flag.Switch("--hyperqueue", "Print the line that submits a task for each pack to HyperQueue."));
        dockerfile = Add(Flag.Switch("--dockerfile", "Print the Dockerfile of the image for Kubernetes; nothing is measured."));
        output = Add(Flag.Path("--output", "The sweep's folder, which all tasks share. [default: runs/SWEEP]", "DIR"));
        image = Add(Flag.Path("--image", "The image with ngram, for Kubernetes. [default: ngram]", "IMAGE"));
        claim = Add(Flag.Path("--claim", "The volume claim mounted at /work, for Kubernetes. [default: ngram]", "CLAIM"));
    }

    /// <summary>The output that is requested and needs no plan, or null.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="json">The flag for JSON, which cannot be combined with a script.</param>
    /// <exception cref="UsageException">More than one script is requested.</exception>
    public string? Dockerfile(ParseResult parse, Option<bool> json)
    {
        Option<bool>[] asked = [.. new[] { slurm, kubernetes, hyperQueue, dockerfile, json }.Where(parse.GetValue)];
        foreach (var option in new[] { image, claim }.Where(option => parse.Has(option) && !asked.Contains(kubernetes)))
            throw new UsageException($"{option.Name} needs {kubernetes.Name}.");
        return asked.Length > 1 ? throw new UsageException($"{asked[0].Name} contradicts {asked[1].Name}; ask for one of them.")
            : parse.GetValue(dockerfile) ? SchedulerScript.Dockerfile()
            : null;
    }

    /// <summary>The script that is requested, or null.</summary>
    /// <param name="parse">The command line.</param>
    /// <param name="sweep">The sweep's name.</param>
    /// <param name="run">The command that runs it, without the folder and the shard.</param>
    /// <param name="plan">What it takes.</param>
    /// <param name="minutes">Minutes per pack; null: half an hour.</param>
    public string? Script(ParseResult parse, string sweep, IReadOnlyList<string> run, SweepPlan plan, double? minutes)
    {
        if (!parse.GetValue(slurm) && !parse.GetValue(kubernetes) && !parse.GetValue(hyperQueue))
            return null;
        var packs = plan.Packs(60 * (minutes ?? DefaultMinutes));
        string folder = parse.GetValue(output) ?? $"{RunPath.DefaultParent}/{sweep}";
        var script = new SchedulerScript(
            sweep,
            [.. run, "--output", folder],
            packs.Count,
            packs.Max(pack => pack.Sum(trial => trial.Seconds)));
        return parse.GetValue(slurm) ? script.Slurm()
            : parse.GetValue(hyperQueue) ? script.HyperQueue()
            : script.Kubernetes(parse.GetValue(image) ?? "ngram", parse.GetValue(claim) ?? "ngram");
    }
}
