using System.Text;
using NGram.Data.IO;
using NGram.ML.Interchange.Weights;

namespace NGram.ML.Sweeps.Running;

/// <summary>
/// A sweep on disk, which any number of processes can share: sweep.json describes it, trials/ID.json holds the outcome of a
/// trial. A trial belongs to the process that holds its lock; a process that dies releases it.
/// </summary>
internal sealed class SweepFolder
{
    /// <summary>The file that marks a folder as a sweep's.</summary>
    public const string SweepFile = "sweep.json";

    private const string TrialsFolder = "trials";
    private const string LockExtension = ".lock", PartialExtension = ".partial", RecordExtension = ".json";

    private SweepFolder(string path, Sweep sweep)
    {
        Path = path;
        Sweep = sweep;
        Trials = sweep.Trials();
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>The sweep, with every setting and the largest number of repetitions ever requested.</summary>
    public Sweep Sweep { get; }

    /// <summary>Its trials.</summary>
    public IReadOnlyList<SweepTrial> Trials { get; }

    /// <summary>Whether a folder holds a sweep.</summary>
    public static bool Exists(string path) => File.Exists(System.IO.Path.Combine(path, SweepFile));

    /// <summary>The sweep of a folder.</summary>
    /// <exception cref="InvalidDataException">It holds none; the message names it.</exception>
    public static SweepFolder Read(string path) => Exists(path)
        ? new(path, ReadSweep(path))
        : throw new InvalidDataException($"{path} does not hold a sweep: it has no {SweepFile}.");

    /// <summary>Creates the folder of a sweep, or continues it.</summary>
    /// <exception cref="SweepMismatchException">The folder holds another sweep.</exception>
    /// <exception cref="IOException">The folder holds something else, or cannot be written.</exception>
    public static SweepFolder Open(string path, Sweep sweep)
    {
        ArgumentNullException.ThrowIfNull(sweep);
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        // Before anything is written, so that a wrong sweep leaves nothing behind.
        _ = sweep.Trials();
        Directory.CreateDirectory(path);
        using (OutputLock.Await(System.IO.Path.Combine(path, SweepFile + LockExtension)))
        {
            if (Exists(path))
            {
                var before = ReadSweep(path);
                if (SweepIdentity.Difference(sweep, before) is { } difference)
                    throw new SweepMismatchException(path, difference);
                sweep = WithMost(sweep, before);
            }
            else if (Directory.EnumerateFileSystemEntries(path)
                .Any(entry => !System.IO.Path.GetFileName(entry).StartsWith(SweepFile, StringComparison.Ordinal)))
            {
                throw new IOException($"{path} is not empty and does not hold a sweep.");
            }
            WriteIfNew(System.IO.Path.Combine(path, SweepFile), sweep.ToJson() + "\n");
            Directory.CreateDirectory(System.IO.Path.Combine(path, TrialsFolder));
        }
        return new(path, sweep);
    }

    /// <summary>Takes a trial; null if a process is working on it.</summary>
    public OutputLock? TryClaim(SweepTrial trial) => OutputLock.TryTake(FileOf(trial) + LockExtension);

    /// <summary>The outcome of a trial; null if there is none yet.</summary>
    /// <exception cref="InvalidDataException">The file holds something else; the message names it.</exception>
    public TrialRecord? ReadRecord(SweepTrial trial) => TrialRecord.Read(FileOf(trial));

    /// <summary>Writes the outcome of a trial; when it returns, the file is complete and on the disk.</summary>
    public void WriteRecord(TrialRecord record)
    {
        string file = System.IO.Path.Combine(Path, TrialsFolder, record.Trial + RecordExtension);
        byte[] json = Encoding.UTF8.GetBytes(record.ToJson() + "\n");
        AtomicFile.Write(file, stream => stream.Write(json));
    }

    /// <summary>The status of a trial.</summary>
    public TrialStatus StatusOf(SweepTrial trial, TrialRecord? record) =>
        record is { IsSettled: true } ? record.Status
        : File.Exists(FileOf(trial) + LockExtension) ? TrialStatus.Running
        : record?.Status ?? TrialStatus.Waiting;

    /// <summary>Removes what dead processes left; the trials that they were running count as interrupted.</summary>
    public void Recover()
    {
        var trials = Trials.DistinctBy(trial => trial.Id).ToDictionary(FileOf);
        foreach (string entry in Directory.GetFiles(System.IO.Path.Combine(Path, TrialsFolder)))
        {
            string place = WithoutEnd(entry, LockExtension) ?? WithoutEnd(entry, PartialExtension) ?? "";
            if (place.Length == 0 || OutputLock.TryTake(place + LockExtension) is not { } taken)
                continue;
            using (taken)
            {
                File.Delete(place + PartialExtension);
                if (trials.TryGetValue(place, out var trial) && ReadRecord(trial) is not { IsSettled: true })
                    WriteRecord(Interrupted(trial, "The process that ran it died."));
            }
        }
    }

    /// <summary>
    /// Removes tables that a dead process had begun. Call it only while holding the lock of the tables: otherwise another process
    /// may be writing them.
    /// </summary>
    public void RecoverTables()
    {
        foreach (string partial in Directory.GetFiles(Path, "*" + PartialExtension))
            File.Delete(partial);
    }

    /// <summary>What is known about a trial that was not finished.</summary>
    public static TrialRecord Interrupted(SweepTrial trial, string reason) =>
        new() { Trial = trial.Id, Settings = trial.Settings, Status = TrialStatus.Interrupted, Reason = reason };

    private static string? WithoutEnd(string path, string end) =>
        path.EndsWith(end, StringComparison.Ordinal) ? path[..^end.Length] : null;

    private string FileOf(SweepTrial trial) => System.IO.Path.Combine(Path, TrialsFolder, trial.Id + RecordExtension);

    private static Sweep ReadSweep(string path)
    {
        string file = System.IO.Path.Combine(path, SweepFile);
        return Sweep.FromJson(ShortText.Read(file), file);
    }

    /// <summary>Repetitions that the folder already has are kept.</summary>
    private static Sweep WithMost(Sweep sweep, Sweep before)
    {
        var counts = new Queue<int>(before.Leaves.Select(leaf => leaf.Repetitions));
        return sweep.OfEach(leaf => leaf with { Repetitions = Math.Max(leaf.Repetitions, counts.Dequeue()) });
    }

    private static void WriteIfNew(string file, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        if (!File.Exists(file) || !AtomicFile.Read(file).AsSpan().SequenceEqual(bytes))
            AtomicFile.Write(file, stream => stream.Write(bytes));
    }
}
