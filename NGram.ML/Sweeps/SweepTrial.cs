using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NGram.Data.Randomness;
using NGram.ML.Experiments;

namespace NGram.ML.Sweeps;

/// <summary>One experiment of a sweep.</summary>
public sealed record SweepTrial
{
    private const int IdLength = 12;

    private SweepTrial(SweepPoint point) => Point = point;

    /// <summary>
    /// Names its file: a hash of its settings and repetition, so that it is the same whoever runs it, alone or in a sweep.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>The sweep without parts that it belongs to.</summary>
    public string Sweep => Point.Sweep.Name;

    /// <summary>Counted from 1.</summary>
    public required int Repetition { get; init; }

    /// <summary>Its settings; the initial seed derives from the others and the repetition.</summary>
    public required ExperimentSettings Settings { get; init; }

    internal SweepPoint Point { get; }

    /// <summary>Whether it is run only if its search needs it.</summary>
    internal bool IsSearched => Point.Sweep.Search is not null;

    internal static SweepTrial Of(SweepPoint point, int repetition)
    {
        var (id, derived) = Identify(point.Text, repetition);
        return new(point)
        {
            Id = id,
            Repetition = repetition,
            Settings = point.Settings with
            {
                InitialSeed = point.Settings.InitialSeed is { } given
                    ? (int)(CounterRandom.Key(given, repetition) & int.MaxValue)
                    : derived,
            },
        };
    }

    /// <summary>The ID and the seed that follow from what a trial does.</summary>
    internal static (string Id, int Seed) Identify(string text, int repetition)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{text}\n#{repetition}")));
        return (
            Convert.ToHexStringLower(hash)[..IdLength],
            (int)(BinaryPrimitives.ReadUInt32LittleEndian(hash) & int.MaxValue));
    }
}
