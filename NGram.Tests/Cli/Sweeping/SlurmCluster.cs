using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace NGram.Tests.Cli.Sweeping;

/// <summary>A real Slurm of one node in a folder of its own, where it is installed (Debian's slurm-wlm and munge).</summary>
[SupportedOSPlatform("linux")]
internal sealed class SlurmCluster : IDisposable
{
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel"];
    private static readonly string[] Places = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), PatienceOfJob = TimeSpan.FromMinutes(4);

    private readonly TemporaryFolder folder;
    private readonly List<Process> daemons = [];

    private SlurmCluster(TemporaryFolder folder) => this.folder = folder;

    /// <summary>Starts it; the test is inconclusive where that cannot be.</summary>
    public static SlurmCluster Start(TemporaryFolder folder)
    {
        if (Programs.FirstOrDefault(program => Find(program) is null) is { } missing)
            Assert.Inconclusive($"{missing} is not here: apt-get install slurm-wlm munge to run this test.");
        var cluster = new SlurmCluster(folder);
        try
        {
            cluster.Start();
            return cluster;
        }
        catch
        {
            cluster.Dispose();
            throw;
        }
    }

    /// <summary>Submits a script in the folder; ngram is the built one.</summary>
    /// <returns>The job's number.</returns>
    public string Submit(string script) => Run("sbatch", "--parsable", script).Trim();

    /// <summary>Waits until no task of a job is left.</summary>
    public void Await(string job) =>
        Until(() => Run("squeue", "--noheader", "--jobs", job).Trim().Length == 0, PatienceOfJob, $"job {job} does not end");

    /// <summary>What Slurm knows of a job.</summary>
    public string Show(string job) => Run("scontrol", "show", "job", job);

    /// <summary>Sends a job's batch shell a signal, as --signal=B:NAME does before the limit.</summary>
    public void Signal(string job, string name) => Run("scancel", "--batch", $"--signal={name}", job);

    /// <summary>Waits for something that a task does.</summary>
    public static void Until(Func<bool> isSo, TimeSpan patience, string message)
    {
        for (var clock = Stopwatch.StartNew(); !isSo(); Thread.Sleep(100))
            Assert.IsLessThan(patience, clock.Elapsed, message);
    }

    public void Dispose()
    {
        foreach (var daemon in Enumerable.Reverse(daemons))
        {
            if (!daemon.HasExited)
                daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit(Patience);
            daemon.Dispose();
        }
    }

    private void Start()
    {
        // munged asks that everybody may enter the folder of its socket.
        File.SetUnixFileMode(folder[""], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        File.WriteAllBytes(folder["key"], RandomNumberGenerator.GetBytes(1024));
        File.SetUnixFileMode(folder["key"], UnixFileMode.UserRead);
        Directory.CreateDirectory(folder["state"]);
        Directory.CreateDirectory(folder["spool"]);
        Directory.CreateDirectory(folder["bin"]);
        File.WriteAllText(
            folder["bin/ngram"],
            $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "ngram.dll")}' \"$@\"\n");
        File.SetUnixFileMode(folder["bin/ngram"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        File.WriteAllText(folder["slurm.conf"], Configuration());
        Daemon(
            "munged", "--foreground", $"--socket={folder["munge.socket"]}", $"--key-file={folder["key"]}",
            $"--log-file={folder["munge.log"]}", $"--pid-file={folder["munge.pid"]}", $"--seed-file={folder["munge.seed"]}");
        Until(() => File.Exists(folder["munge.socket"]), Patience, "munged does not start");
        Daemon("slurmctld", "-D", "-f", folder["slurm.conf"]);
        Daemon("slurmd", "-D", "-f", folder["slurm.conf"]);
        for (var clock = Stopwatch.StartNew(); !TryRun("scontrol", "show", "node").Contains("State=IDLE"); Thread.Sleep(200))
        {
            if (clock.Elapsed > Patience)
                Assert.Inconclusive($"Slurm does not start here: {Log("slurmctld.log")} {Log("slurmd.log")}");
        }
    }

    private string Configuration()
    {
        string host = Environment.MachineName.Split('.')[0], user = Environment.UserName;
        return string.Create(CultureInfo.InvariantCulture, $"""
            ClusterName=ngram
            SlurmctldHost={host}(127.0.0.1)
            AuthType=auth/munge
            AuthInfo=socket={folder["munge.socket"]}
            SlurmUser={user}
            SlurmdUser={user}
            StateSaveLocation={folder["state"]}
            SlurmdSpoolDir={folder["spool"]}
            SlurmctldPidFile={folder["slurmctld.pid"]}
            SlurmdPidFile={folder["slurmd.pid"]}
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            SlurmctldLogFile={folder["slurmctld.log"]}
            SlurmdLogFile={folder["slurmd.log"]}
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_Core
            MpiDefault=none
            ReturnToService=2
            MailProg=/bin/true
            SlurmdParameters=config_overrides
            AccountingStorageType=accounting_storage/none
            JobAcctGatherType=jobacct_gather/none
            NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
            PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP

            """);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string Log(string name) =>
        File.Exists(folder[name]) ? string.Join(' ', File.ReadLines(folder[name]).TakeLast(3)) : $"no {name}";

    private static string? Find(string program) =>
        Places.Select(place => Path.Combine(place, program)).FirstOrDefault(File.Exists);

    private void Daemon(string program, params string[] arguments) => daemons.Add(Process.Start(Of(program, arguments))!);

    private string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(Of(program, arguments))!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.AreEqual(0, process.ExitCode, $"{program}: {error.Result}");
        return output;
    }

    private string TryRun(string program, params string[] arguments)
    {
        using var process = Process.Start(Of(program, arguments))!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.Result;
    }

    private ProcessStartInfo Of(string program, string[] arguments) => new(Find(program)!, arguments)
    {
        WorkingDirectory = folder[""],
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        Environment =
        {
            ["SLURM_CONF"] = folder["slurm.conf"],
            ["PATH"] = $"{folder["bin"]}:{Environment.GetEnvironmentVariable("PATH")}",
        },
    };
}
