using System.Globalization;
using NGram.Cli.Terminal;

namespace NGram.Cli.Sweeping;

/// <summary>A sweep as an array of tasks for a scheduler: each task runs a part of the trials, on one core.</summary>
/// <param name="Sweep">The sweep's name, from which the job gets its own.</param>
/// <param name="Run">The command that runs it, without its part: ngram sweep run exp6 --output runs/exp6.</param>
/// <param name="Tasks">Number of tasks.</param>
/// <param name="Seconds">Expected time of the longest task.</param>
internal sealed record SchedulerScript(string Sweep, IReadOnlyList<string> Run, int Tasks, double Seconds)
{
    // For another machine, and a busy one: hitting the limit costs more than a limit that is too high.
    private const double Reserve = 2;
    private const string Container = "ngram";
    private const int LeastMinutes = 5, Retries = 3;

    // Kubernetes names pods after the job, with the index and five letters, in at most 63 characters.
    private const int LongestName = 50;

    /// <summary>
    /// A batch script for Slurm. A minute before its time is up a task is stopped as if by Ctrl-C; the same line continues it.
    /// </summary>
    public string Slurm() => FormattableString.Invariant($"""
        #!/bin/bash
        #SBATCH --job-name={Name}
        #SBATCH --array=0-{Tasks - 1}
        #SBATCH --cpus-per-task=1
        #SBATCH --time={Minutes}
        #SBATCH --signal=B:USR1@60
        {Quoted} --shard auto --jobs 1 --quiet &
        run=$!
        trap 'kill -TERM "$run"' USR1 TERM
        wait "$run"
        code=$?
        # A signal ends the wait before the run.
        while kill -0 "$run" 2>/dev/null; do wait "$run"; code=$?; done
        exit "$code"
        """);

    /// <summary>
    /// An indexed Job for Kubernetes, as JSON, which kubectl also reads. A failure that a retry cannot fix (exit code 42) is not
    /// retried.
    /// </summary>
    /// <param name="image">The image that holds ngram.</param>
    /// <param name="claim">The volume claim that the tasks share, mounted at /work.</param>
    public string Kubernetes(string image, string claim) => JsonText.Of(new
    {
        ApiVersion = "batch/v1",
        Kind = "Job",
        Metadata = new { Name },
        Spec = new
        {
            CompletionMode = "Indexed",
            Completions = Tasks,
            Parallelism = Tasks,
            BackoffLimitPerIndex = Retries,
            PodFailurePolicy = new
            {
                Rules = new[]
                {
                    new
                    {
                        Action = "FailIndex",
                        OnExitCodes = new { ContainerName = Container, Operator = "In", Values = new[] { ExitCode.Permanent } },
                    },
                },
            },
            Template = new
            {
                Spec = new
                {
                    RestartPolicy = "Never",
                    Containers = new[]
                    {
                        new
                        {
                            Name = Container,
                            Image = image,
                            WorkingDir = "/work",
                            Command = Run.Concat(["--shard", Part, "--jobs", "1", "--quiet"]).ToArray(),
                            Resources = new { Requests = new { Cpu = "1" }, Limits = new { Cpu = "1" } },
                            VolumeMounts = new[] { new { Name = "work", MountPath = "/work" } },
                        },
                    },
                    Volumes = new[] { new { Name = "work", PersistentVolumeClaim = new { ClaimName = claim } } },
                },
            },
        },
    });

    /// <summary>
    /// The image for <see cref="Kubernetes"/>, built from a checkout of the source; what earlier builds left there is not copied.
    /// </summary>
    public static string Dockerfile() => """
        # In a checkout of NGram: docker build --tag ngram --file Dockerfile .
        FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
        WORKDIR /source
        COPY . .
        RUN find . -type d \( -name bin -o -name obj \) -prune -exec rm -r {} + \
            && dotnet publish NGram.Cli --configuration Release --output /opt/ngram

        FROM mcr.microsoft.com/dotnet/runtime:10.0
        COPY --from=build /opt/ngram /opt/ngram
        ENV PATH=/opt/ngram:$PATH
        WORKDIR /work
        """;

    /// <summary>A line for HyperQueue.</summary>
    public string HyperQueue() => FormattableString.Invariant(
        $"hq submit --name {Name} --array 0-{Tasks - 1} --cpus 1 {Quoted} --shard {Part} --jobs 1 --quiet");

    private string Part => FormattableString.Invariant($"auto/{Tasks}");

    private int Minutes => Math.Max(LeastMinutes, (int)Math.Ceiling(Reserve * Seconds / 60));

    /// <summary>Only letters, digits and inner dashes, which every scheduler allows.</summary>
    private string Name => string.Concat(("ngram-" + Sweep).ToLower(CultureInfo.InvariantCulture)
        .Take(LongestName)
        .Select(character => char.IsAsciiLetterOrDigit(character) ? character : '-')).TrimEnd('-');

    private string Quoted => string.Join(' ', Run.Select(Quote));

    private static string Quote(string word) =>
        word.All(character => char.IsAsciiLetterOrDigit(character) || "-_./=,:+".Contains(character))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
