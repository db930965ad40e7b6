using System.Runtime.CompilerServices;
using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>Mean of -log(p(token) + 1e-12) over the scored positions.</summary>
/// <remarks>
/// Several positions share a row, so a row has a sum of terms. With f = p / (p + epsilon) of every target, F the sum of a
/// row's f, F_t the sum over the positions followed by t, and w = 1 / positions, the gradient of logit t is
/// w (p_t F - F_t): every exponential times one factor of its row, less something at the few targets. At the greatest logit
/// g this cancels where p_g is nearly 1; there 1 - p_g = others p_g gives w p_g ((F - F_g) - others F_g) without a
/// difference of near equals.
/// </remarks>
internal sealed unsafe class NextTokenLoss<V> : Loss where V : struct, IFloats<V>
{
    private readonly Unembedding<V> unembedding;
    private readonly Targets targets;
    private readonly LogitExponentials<V> exponentials;
    private readonly Matrix rows, positions;
    private int hits;

    /// <param name="workspace">Holds the intermediate values of rows and positions.</param>
    /// <param name="unembedding">Holds the logits.</param>
    /// <param name="targets">The tokens that follow.</param>
    /// <param name="capacity">Maximum number of scored positions.</param>
    public NextTokenLoss(Workspace workspace, Unembedding<V> unembedding, Targets targets, int capacity)
    {
        (this.unembedding, this.targets) = (unembedding, targets);
        exponentials = new LogitExponentials<V>(workspace, capacity);
        rows = workspace.Allocate(3, capacity + LogitExponentials<V>.Step);
        positions = workspace.Allocate(2, capacity);
        ForwardPieces =
        [
            new Piece(Columns, unembedding.Columns, WritesOwn(unembedding.AllLogits), WritesOwn(rows), WritesOwn(positions)),
        ];
    }

    /// <summary>Of every row: the sum of its targets' factors.</summary>
    private float* FactorOfAll => rows[0];

    /// <summary>Of every row: the sum over the targets that are its greatest logit.</summary>
    private float* FactorOfGreatest => rows[1];

    /// <summary>Of every row: the gradient of its greatest logit.</summary>
    private float* GreatestGradient => rows[2];

    /// <summary>Of every position: p + epsilon.</summary>
    private float* Probability => positions[0];

    /// <summary>Of every position: p / (p + epsilon).</summary>
    private float* Factor => positions[1];

    public override IReadOnlyList<Piece> ForwardPieces { get; }

    public override void Read(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights) => hits = 0;

    public override void Complete()
    {
        CrossEntropy = -SumOfLogarithms(Probability, targets.Positions) / targets.Positions;
        Accuracy = (double)hits / targets.Positions;
    }

    /// <summary>A few rows at a time, whose logits stay in the first-level cache from the first pass to the last.</summary>
    private void Columns(Part part)
    {
        var logits = unembedding.Logits;
        Shape.Require(logits.Columns == targets.Rows);
        float weight = 1f / targets.Positions;
        int own = 0;
        var (start, count) = part.Of(logits.Columns, LogitExponentials<V>.Step);
        for (int x = start; x < start + count; x += LogitExponentials<V>.Step)
        {
            int end = Math.Min(x + LogitExponentials<V>.Step, logits.Columns);
            exponentials.Compute(logits, x);
            own += Read(logits, x, end);
            Scale(logits, x, weight);
            Scale(logits, x + V.Count, weight);
            Scatter(logits, x, end, weight);
        }
        Interlocked.Add(ref hits, own);
    }

    /// <summary>Reads the targets' probabilities of some rows; returns how many of them are the greatest.</summary>
    /// <remarks>Without a branch, since the processor could not predict which token follows.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Read(in Matrix logits, int start, int end)
    {
        int greatestHits = 0;
        int[] next = targets.Next, row = targets.Row;
        float* probability = Probability, factor = Factor, ofAll = FactorOfAll, ofGreatest = FactorOfGreatest;
        float* top = exponentials.GreatestProbability, greatest = exponentials.Greatest, values = logits.Data;
        nint stride = logits.Stride;
        for (int x = start; x < start + LogitExponentials<V>.Step; x++)
            ofAll[x] = ofGreatest[x] = 0;
        for (int i = targets.First[start]; i < targets.First[end]; i++)
        {
            int x = row[i], hit = next[i] == (int)greatest[x] ? 1 : 0;
            float p = values[next[i] * stride + x] * top[x], f = p / (p + Epsilon);
            probability[i] = p + Epsilon;
            factor[i] = f;
            ofAll[x] += f;
            ofGreatest[x] += f * hit;
            greatestHits += hit;
        }
        return greatestHits;
    }

    /// <summary>
    /// Turns the exponentials of a vector of rows into the gradient, except at the targets, and keeps the gradient of their
    /// greatest logit. Lanes beyond the last row have no factors and get the gradient zero, since the unembedding's dot products
    /// read them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scale(in Matrix logits, int x, float weight)
    {
        var top = V.Load(exponentials.GreatestProbability + x) * V.Broadcast(weight);
        V all = V.Load(FactorOfAll + x), ofGreatest = V.Load(FactorOfGreatest + x);
        var ofOthers = all - ofGreatest;
        V.Store(top * (ofOthers - ofGreatest * V.Load(exponentials.Others + x)), GreatestGradient + x);
        var factor = top * all;
        float* l = logits.Data + x;
        for (float* end = l + (nint)logits.Rows * logits.Stride; l < end; l += logits.Stride)
            V.Store(V.Load(l) * factor, l);
    }

    /// <summary>
    /// Completes the gradient of some rows: subtracts the targets' factors and sets the greatest logit's gradient.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scatter(in Matrix logits, int start, int end, float weight)
    {
        int[] next = targets.Next, row = targets.Row;
        float* factor = Factor, gradient = GreatestGradient, greatest = exponentials.Greatest, values = logits.Data;
        nint stride = logits.Stride;
        for (int i = targets.First[start]; i < targets.First[end]; i++)
            values[next[i] * stride + row[i]] -= weight * factor[i];
        for (int x = start; x < end; x++)
            values[(int)greatest[x] * stride + x] = gradient[x];
    }

    /// <summary>Positions are not padded: those beyond the last whole vector are done one by one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double SumOfLogarithms(float* values, int count)
    {
        double sum = 0;
        int i = 0;
        for (; i + V.Count <= count; i += V.Count)
            sum += V.Sum(V.Log(V.Load(values + i)));
        for (; i < count; i++)
            sum += MathF.Log(values[i]);
        return sum;
    }
}
