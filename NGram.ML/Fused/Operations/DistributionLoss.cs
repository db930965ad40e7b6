using System.Runtime.CompilerServices;
using NGram.Data.Distributions;
using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// Mean of -sum_t pi(t | context) log(p(t) + 1e-12) over the scored positions; of rows with weights, the sum of their means times
/// their weights, and likewise the expected accuracy in place of the sample's.
/// </summary>
/// <remarks>
/// A lane is a distinct context with its weight, the share of positions that have it. With f_t = pi_t p_t / (p_t + epsilon)
/// and F their sum, the gradient of logit t is p_t F - f_t; at the greatest logit g, as in <see cref="NextTokenLoss{V}"/>,
/// p_g ((F - f_g) - others f_g). The laws are read a vector of contexts at a time, transposed as the logits are, which
/// keeps them in the cache until the f_t have replaced them.
/// </remarks>
internal sealed unsafe class DistributionLoss<V> : Loss where V : struct, IFloats<V>
{
    private readonly Unembedding<V> unembedding;
    private readonly Targets targets;
    private readonly INGramDistribution distribution;
    private readonly LogitExponentials<V> exponentials;
    private readonly Matrix weights;
    private readonly ushort[] contexts;
    private readonly float[] shares;
    private readonly double[] hits;
    private readonly Law[] laws;
    private bool isWeighted;

    /// <param name="workspace">Holds the laws of a vector of contexts.</param>
    /// <param name="unembedding">Holds the logits.</param>
    /// <param name="targets">The contexts.</param>
    /// <param name="capacity">Maximum number of scored positions.</param>
    /// <param name="distribution">The law of the token that follows.</param>
    /// <param name="threads">Maximum number of threads of the team that runs it.</param>
    public DistributionLoss(
        Workspace workspace,
        Unembedding<V> unembedding,
        Targets targets,
        int capacity,
        INGramDistribution distribution,
        int threads = 1)
    {
        (this.unembedding, this.targets, this.distribution) = (unembedding, targets, distribution);
        exponentials = new LogitExponentials<V>(workspace, capacity);
        weights = workspace.Allocate(1, Matrix.Padded(capacity, V.Count));
        shares = new float[capacity / V.Count + 1];
        hits = new double[capacity];
        contexts = new ushort[capacity * ContextLength];
        int tokens = distribution.VocabularySize;
        laws = [.. Enumerable.Range(0, threads).Select(_ => new Law(workspace.Allocate(tokens, V.Count), new double[tokens]))];
        ForwardPieces = [new Piece(Columns, unembedding.Columns, WritesOwn(unembedding.AllLogits))];
    }

    private int ContextLength => distribution.Order - 1;

    /// <summary>Reads the batch's contexts; before Forward.</summary>
    public override void Read(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weightsOfRows)
    {
        isWeighted = !weightsOfRows.IsEmpty;
        float weight = 1f / targets.Positions;
        for (int x = 0; x < targets.Rows; x++)
        {
            tokens.Slice(targets.Source[x] - ContextLength, ContextLength).CopyTo(contexts.AsSpan(x * ContextLength));
            weights.Data[x] = isWeighted ? 0 : weight * (targets.First[x + 1] - targets.First[x]);
        }
        if (isWeighted)
            AddWeights(tokens.Length / weightsOfRows.Length, weightsOfRows);
        // Lanes beyond the last context have no weight, whatever law they hold.
        for (int x = targets.Rows; x < Matrix.Padded(targets.Rows, V.Count); x++)
            weights.Data[x] = 0;
    }

    public override IReadOnlyList<Piece> ForwardPieces { get; }

    public override void Complete()
    {
        double sum = 0;
        for (int x = 0; x < targets.Rows; x += V.Count)
            sum += shares[x / V.Count];
        CrossEntropy = -sum;
        Accuracy = isWeighted ? ExpectedHits() : (double)Hits() / targets.Positions;
    }

    // A context's weight: of all the positions that have it.
    private void AddWeights(int window, ReadOnlySpan<float> weightsOfRows)
    {
        float share = (float)weightsOfRows.Length / targets.Positions;
        for (int position = 0; position < targets.Positions; position++)
            weights.Data[targets.Row[position]] += share * weightsOfRows[targets.Origin[position] / window];
    }

    /// <summary>Does some columns; what they add to the mean is summed when all are done.</summary>
    private void Columns(Part part)
    {
        var logits = unembedding.Logits;
        Shape.Require(logits.Columns == targets.Rows && logits.Rows == distribution.VocabularySize);
        Shape.Require(part.Count <= laws.Length);
        var law = laws[part.Index];
        var (start, count) = part.Of(logits.Columns, LogitExponentials<V>.Step);
        int end = start + count;
        for (int x = start; x < end; x += LogitExponentials<V>.Step)
            exponentials.Compute(logits, x);
        for (int x = start; x < end; x += V.Count)
        {
            ReadLaws(law, x, Math.Min(V.Count, end - x));
            shares[x / V.Count] = Columns(logits, law.Rows, x);
        }
    }

    /// <summary>The laws of a vector of contexts, one in each lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadLaws(Law law, int x, int count)
    {
        double[] row = law.Row;
        for (int lane = 0; lane < count; lane++)
        {
            distribution.GetProbabilities(contexts.AsSpan((x + lane) * ContextLength, ContextLength), row);
            if (isWeighted)
                hits[x + lane] = weights.Data[x + lane] * row[(int)exponentials.Greatest[x + lane]];
            float* to = law.Rows.Data + lane;
            for (int token = 0; token < row.Length; token++, to += V.Count)
                *to = (float)row[token];
        }
    }

    // In the order of the contexts, whichever thread computed them.
    private double ExpectedHits()
    {
        double sum = 0;
        for (int x = 0; x < targets.Rows; x++)
            sum += hits[x];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Hits()
    {
        int greatest = 0;
        for (int x = 0; x < targets.Rows; x++)
        {
            for (int i = targets.First[x]; i < targets.First[x + 1]; i++)
                greatest += targets.Next[i] == (int)exponentials.Greatest[x] ? 1 : 0;
        }

        return greatest;
    }

    /// <summary>
    /// Replaces a vector of columns by the logits' gradient; returns their share of the mean of pi log(p + epsilon).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Columns(in Matrix logits, in Matrix law, int x)
    {
        V greatest = V.Load(exponentials.Greatest + x), top = V.Load(exponentials.GreatestProbability + x);
        V weight = V.Load(weights.Data + x), epsilon = V.Broadcast(Epsilon);
        V ofGreatest = default, ofOthers = default, logarithms = default, index = default;
        for (int token = 0; token < logits.Rows; token++, index += V.One)
        {
            var pi = V.Load(law[token]);
            if (V.IsZero(pi))
                continue; // As most are where the law has few successors.
            var p = V.Load(logits[token] + x) * top;
            var product = pi * p / (p + epsilon);
            V.AddProduct(ref logarithms, pi, V.Log(p + epsilon));
            var isGreatest = V.IsEqual(index, greatest);
            ofGreatest = V.Select(isGreatest, product, ofGreatest);
            ofOthers += V.Select(isGreatest, default, product);
            V.Store(product, law[token]);
        }
        var all = ofGreatest + ofOthers;
        var gradientOfGreatest = top * (ofOthers - ofGreatest * V.Load(exponentials.Others + x));
        index = default;
        for (int token = 0; token < logits.Rows; token++, index += V.One)
        {
            float* l = logits[token] + x;
            var gradient = V.Load(l) * top * all - V.Load(law[token]);
            gradient = V.Select(V.IsEqual(index, greatest), gradientOfGreatest, gradient);
            V.Store(gradient * weight, l);
        }
        return V.Sum(logarithms * weight);
    }

    /// <summary>What a thread reads laws into: a vector of them, and one.</summary>
    private sealed record Law(Matrix Rows, double[] Row);
}
