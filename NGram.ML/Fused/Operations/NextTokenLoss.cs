using System.Runtime.CompilerServices;
using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;

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

    /// <param name="workspace">Where rows' and positions' intermediate values are kept.</param>
    /// <param name="unembedding">Holds the logits.</param>
    /// <param name="targets">The tokens that follow.</param>
    /// <param name="capacity">Most scored positions.</param>
    public NextTokenLoss(Workspace workspace, Unembedding<V> unembedding, Targets targets, int capacity)
    {
        (this.unembedding, this.targets) = (unembedding, targets);
        exponentials = new LogitExponentials<V>(workspace, capacity);
        rows = workspace.Allocate(2, capacity);
        positions = workspace.Allocate(2, capacity);
    }

    /// <summary>Of every row: what turns an exponential into a gradient, w F times the greatest probability.</summary>
    private float* Scale => rows[0];

    /// <summary>Of every row: the gradient of its greatest logit.</summary>
    private float* GreatestGradient => rows[1];

    /// <summary>Of every position: p + epsilon.</summary>
    private float* Probability => positions[0];

    /// <summary>Of every position: p / (p + epsilon).</summary>
    private float* Factor => positions[1];

    public override void Forward()
    {
        var logits = unembedding.Logits;
        Shape.Require(logits.Columns == targets.Rows);
        exponentials.Compute(logits);
        float weight = 1f / targets.Positions;
        int hits = Read(logits, weight);
        Scatter(logits, weight);
        CrossEntropy = -SumOfLogarithms(Probability, targets.Positions) / targets.Positions;
        Accuracy = (double)hits / targets.Positions;
    }

    /// <summary>Reads the targets' probabilities; returns how many of them are the greatest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Read(in Matrix logits, float weight)
    {
        int hits = 0;
        int[] first = targets.First, next = targets.Next;
        float* probability = Probability, factor = Factor, scale = Scale, greatestGradient = GreatestGradient;
        for (int x = 0; x < logits.Columns; x++)
        {
            float top = exponentials.GreatestProbability[x], factorOfGreatest = 0, factorOfOthers = 0;
            int greatest = (int)exponentials.Greatest[x];
            for (int i = first[x]; i < first[x + 1]; i++)
            {
                int token = next[i];
                float p = logits[token][x] * top;
                probability[i] = p + Epsilon;
                factor[i] = p / (p + Epsilon);
                if (token == greatest)
                {
                    hits++;
                    factorOfGreatest += factor[i];
                }
                else
                {
                    factorOfOthers += factor[i];
                }
            }
            scale[x] = weight * top * (factorOfGreatest + factorOfOthers);
            greatestGradient[x] = weight * top * (factorOfOthers - factorOfGreatest * exponentials.Others[x]);
        }
        // Lanes beyond the last row then get the gradient zero, which the unembedding's dot products run over.
        for (int x = logits.Columns; x < Matrix.Padded(logits.Columns, V.Count); x++)
            scale[x] = 0;
        return hits;
    }

    /// <summary>Replaces the exponentials by the logits' gradient: every p, less the targets' factors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scatter(in Matrix logits, float weight)
    {
        Multiply(logits, Scale);
        int[] first = targets.First, next = targets.Next;
        float* factor = Factor, greatestGradient = GreatestGradient;
        for (int x = 0; x < logits.Columns; x++)
        {
            for (int i = first[x]; i < first[x + 1]; i++)
                logits[next[i]][x] -= weight * factor[i];
            logits[(int)exponentials.Greatest[x]][x] = greatestGradient[x];
        }
    }

    /// <summary>A lane is a column: every column by its factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Multiply(in Matrix matrix, float* columnFactors)
    {
        int padded = Matrix.Padded(matrix.Columns, V.Count);
        for (int row = 0; row < matrix.Rows; row++)
        {
            float* values = matrix[row];
            for (int x = 0; x < padded; x += V.Count)
                V.Store(V.Load(values + x) * V.Load(columnFactors + x), values + x);
        }
    }

    /// <summary>Here positions are not padded: what is beyond the last whole vector is done one by one.</summary>
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
