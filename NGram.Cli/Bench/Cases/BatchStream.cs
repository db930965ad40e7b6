using NGram.Data.Laws;
using NGram.Data.Sequences;

namespace NGram.Cli.Bench.Cases;

/// <summary>
/// Batches in memory, handed out in turn without end: so many that no cache or branch predictor knows them by heart.
/// </summary>
internal sealed class BatchStream
{
    /// <summary>Different batches.</summary>
    public const int Batches = 200;

    private const int Seed = 2222;

    private readonly ushort[] tokens;
    private readonly int batchLength;
    private int position;

    private BatchStream(ushort[] tokens, int batchLength) => (this.tokens, this.batchLength) = (tokens, batchLength);

    /// <summary>Samples the batches of a case.</summary>
    public static BatchStream Of(BenchCase model)
    {
        var architecture = model.Architecture;
        var law = new PowerLaw { VocabularySize = architecture.VocabularySize, Order = architecture.Order };
        var sampler = new SequenceSampler(law.CreateDistribution(Seed), architecture.ContextWindow, Seed);
        ushort[] tokens = new ushort[Batches * model.BatchSize * architecture.ContextWindow];
        sampler.Fill(0, tokens);
        return new(tokens, model.BatchSize * architecture.ContextWindow);
    }

    /// <summary>Another reader of the same batches, at the first.</summary>
    public BatchStream Again() => new(tokens, batchLength);

    /// <summary>The next batch, row-major.</summary>
    public ReadOnlySpan<ushort> Next()
    {
        var batch = tokens.AsSpan(position, batchLength);
        position = position + batchLength == tokens.Length ? 0 : position + batchLength;
        return batch;
    }
}
