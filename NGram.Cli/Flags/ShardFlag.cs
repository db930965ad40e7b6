using System.CommandLine;
using NGram.Cli.CommandLine;

namespace NGram.Cli.Flags;

/// <summary>The flag --shard of commands whose work several processes share.</summary>
internal static class ShardFlag
{
    /// <summary>Creates it.</summary>
    /// <param name="what">What part i of n is.</param>
    public static Option<string?> Create(string what) => Flag.Path(
        "--shard",
        what + "; auto: the part that the scheduler's environment names (Slurm, Kubernetes, HyperQueue, PBS, SGE, AWS Batch); "
        + "auto/n if it does not say how many parts there are. [default: all]",
        "i/n|auto|auto/n");
}
