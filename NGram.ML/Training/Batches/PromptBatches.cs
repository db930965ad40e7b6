using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Randomness;

namespace NGram.ML.Training.Batches;

/// <summary>
/// Every prompt of a law once an epoch, in a new order, with its probability as weight: the exact objective. Weights are times
/// the number of batches, so that an epoch's mean, and the expectation of each batch, is the sum over all prompts.
/// </summary>
internal sealed class PromptBatches : IBatchSource
{
    /// <summary>The most prompts that are held.</summary>
    public const double MostPrompts = 1 << 22;

    private readonly ushort[] prompts; // [prompts, S]
    private readonly double[] probabilities;
    private readonly int length, batchSize, seed;
    private readonly int[] order;
    private readonly ushort[] batchTokens;
    private readonly float[] batchWeights;
    private readonly Lazy<string> fingerprint;
    private int orderedEpoch = -1;

    /// <summary>Batches of at most <paramref name="batchSize"/> prompts.</summary>
    /// <param name="distribution">The law.</param>
    /// <param name="length">S: tokens of a prompt.</param>
    /// <param name="batchSize">As many as there are prompts: the whole gradient at every step.</param>
    /// <param name="seed">Of the orders.</param>
    /// <exception cref="ArgumentException">There are too many prompts.</exception>
    public PromptBatches(INGramDistribution distribution, int length, int batchSize, int seed)
    {
        Require.AtLeast(batchSize, 1, nameof(batchSize));
        var all = distribution.EnumeratePrompts(length, MostPrompts).ToList();
        prompts = [.. all.SelectMany(prompt => prompt.Tokens)];
        probabilities = [.. all.Select(prompt => prompt.Probability)];
        order = new int[all.Count];
        (this.length, this.batchSize, this.seed) = (length, Math.Min(batchSize, all.Count), seed);
        batchTokens = new ushort[this.batchSize * (length + 1)];
        batchWeights = new float[this.batchSize];
        fingerprint = new(Hash);
    }

    /// <summary>T0.</summary>
    public int Prompts => order.Length;

    /// <inheritdoc/>
    public int BatchesPerEpoch => (order.Length - 1) / batchSize + 1;

    /// <inheritdoc/>
    public string? Fingerprint => fingerprint.Value;

    /// <inheritdoc/>
    /// <remarks>The token to predict, which the whole law stands for, is 0.</remarks>
    public ReadOnlySpan<ushort> GetBatch(int epoch, int batch)
    {
        var rows = RowsOf(epoch, batch);
        for (int i = 0; i < rows.Length; i++)
            prompts.AsSpan(rows[i] * length, length).CopyTo(batchTokens.AsSpan(i * (length + 1)));
        return batchTokens.AsSpan(0, rows.Length * (length + 1));
    }

    /// <inheritdoc/>
    public ReadOnlySpan<float> GetWeights(int epoch, int batch)
    {
        var rows = RowsOf(epoch, batch);
        for (int i = 0; i < rows.Length; i++)
            batchWeights[i] = (float)(probabilities[rows[i]] * BatchesPerEpoch);
        return batchWeights.AsSpan(0, rows.Length);
    }

    private ReadOnlySpan<int> RowsOf(int epoch, int batch)
    {
        if (epoch != orderedEpoch)
        {
            for (int i = 0; i < order.Length; i++)
                order[i] = i;
            // One batch is the same in any order; the identity is the fastest to group.
            if (BatchesPerEpoch > 1)
                new CounterRandom(CounterRandom.Key(seed, epoch)).Shuffle<int>(order);
            orderedEpoch = epoch;
        }
        int first = batch * batchSize;
        return order.AsSpan(first, Math.Min(batchSize, order.Length - first));
    }

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<ushort>(prompts));
        hash.AppendData(MemoryMarshal.AsBytes<double>(probabilities));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
