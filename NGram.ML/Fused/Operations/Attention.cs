using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using static NGram.ML.Fused.Differentiation.Access;

namespace NGram.ML.Fused.Operations;

/// <summary>
/// output(x) = sum over heads and keys of softmax(scale * query . key) value: attention of all heads side by side in lanes,
/// summed over the heads.
/// </summary>
/// <remarks>
/// The values have already passed the output projection. It is linear, so it can come before the mixing, where it is computed
/// once per key and not once per query; what remains is a sum over heads, the lanes. The score of a query's own key is subtracted
/// from all its scores, so it needs to be computed only once per row. All three gradients are assigned.
/// <para>
/// Backward, each thread has its own rows and adds the contributions of all queries to their gradients. Where rows are prefixes,
/// these are queries of its own. In a table, which all queries share, threads divide the rows by the work that they take: first
/// rows of values, then those of queries and keys.
/// </para>
/// </remarks>
internal sealed unsafe class Attention<V> : Operation where V : struct, IFloats<V>
{
    private readonly Variable query, key, value, output;
    private readonly Matrix probability, probabilityGradient, ownScore, ownGradient;
    private readonly AttentionRows rows;
    private readonly RowSet own;
    private readonly int laneDimension, heads, lanesOfHead, valueVectors;
    private readonly bool outputsInLanes;
    private readonly float scale;
    /// <param name="workspace">Holds the probabilities, which backward needs again.</param>
    /// <param name="query">[rows, block of heads, i, lane]: all rows, or only those that can be a query's own.</param>
    /// <param name="key">[rows, block of heads, i, lane].</param>
    /// <param name="value">[rows, block of heads, m, lane], or [rows, head, m] where outputs are in lanes.</param>
    /// <param name="output">[queries, m].</param>
    /// <param name="rows">Which rows a query reads; an output row is a query.</param>
    /// <param name="own">The rows that can be a query's own: the last ones in use.</param>
    /// <param name="headDimension">Scores are divided by its square root; queries and keys may be longer.</param>
    /// <param name="heads">Lanes of all heads, padded to whole vectors.</param>
    /// <param name="lanesOfHead">Lanes that a head takes, each with a share of its dimensions.</param>
    /// <param name="outputsInLanes">Whether a head takes a whole vector, and its values have an output in each lane.</param>
    public Attention(
        Workspace workspace,
        Variable query,
        Variable key,
        Variable value,
        Variable output,
        AttentionRows rows,
        RowSet own,
        int headDimension,
        int heads,
        int lanesOfHead,
        bool outputsInLanes = false)
    {
        laneDimension = query.Columns / heads;
        Shape.Require(heads % V.Count == 0 && V.Count % lanesOfHead == 0);
        Shape.Require(query.Columns == laneDimension * heads && key.Columns == query.Columns);
        Shape.Require(!outputsInLanes || lanesOfHead == V.Count);
        valueVectors = outputsInLanes ? Matrix.Padded(output.Columns, V.Count) / V.Count : output.Columns;
        Shape.Require(value.Columns == valueVectors * heads);
        Shape.Require(!query.Accumulates && !key.Accumulates && !value.Accumulates);
        Shape.Require(key.Rows == value.Rows && own.Capacity == key.Rows.Capacity);
        Shape.Require(query.Rows == key.Rows || query.Rows.Capacity == own.Count);
        (this.query, this.key, this.value, this.output) = (query, key, value, output);
        (this.rows, this.own, this.heads, this.lanesOfHead) = (rows, own, heads, lanesOfHead);
        this.outputsInLanes = outputsInLanes;
        scale = 1 / MathF.Sqrt(headDimension);
        probability = workspace.Allocate(output.Rows.Capacity, rows.MaxKeys * heads);
        probabilityGradient = workspace.Allocate(output.Rows.Capacity, rows.MaxKeys * heads);
        ownScore = workspace.Allocate(query.Rows.Capacity, heads);
        ownGradient = workspace.Allocate(query.Rows.Capacity, heads);
        ForwardPieces =
        [
            new Piece(OwnScores, own.Division, ReadsOwn(query.Value), ReadsOwn(key.Value), WritesOwn(ownScore)), ForwardPiece(),
        ];
        BackwardPieces = rows.OwnRowsAreDistinct ? [OwnBackward()] : [.. SharedBackward()];
    }

    public override IReadOnlyList<Piece> ForwardPieces { get; }

    public override IReadOnlyList<Piece> BackwardPieces { get; }

    /// <summary>The row of the keys at which the queries begin.</summary>
    private int FirstQuery => query.Rows == key.Rows ? 0 : own.Start;

    private Piece ForwardPiece()
    {
        // What a thread's queries see is its own, or in a table anything.
        Func<Matrix, Access> reads = rows.OwnRowsAreDistinct ? ReadsOwn : ReadsAny;
        return new Piece(
            Forward, output.Rows.Division,
            reads(query.Value), reads(key.Value), reads(value.Value), reads(ownScore),
            WritesOwn(probability), WritesOwn(output.Value));
    }

    /// <summary>Rows of which each belongs to one query: a thread's queries see only rows of its own.</summary>
    private Piece OwnBackward() => new(
        OwnBackward,
        output.Rows.Division,
        ReadsOwn(output.Gradient), ReadsOwn(probability), ReadsOwn(query.Value), ReadsOwn(key.Value), ReadsOwn(value.Value),
        WritesOwn(probabilityGradient), WritesOwn(ownGradient),
        WritesOwn(query.Gradient), WritesOwn(key.Gradient), WritesOwn(value.Gradient));

    /// <summary>
    /// Rows that queries share: each thread has its own rows, and adds the contributions of all queries to their gradients.
    /// </summary>
    private IEnumerable<Piece> SharedBackward()
    {
        yield return new Piece(
            MixBackward, this,
            ReadsAny(output.Gradient), ReadsAny(probability), ReadsAny(value.Value),
            WritesAny(ownGradient), WritesAny(probabilityGradient), WritesAny(value.Gradient));
        yield return new Piece(
            SoftmaxBackward, this, ReadsAny(probability), WritesAny(probabilityGradient), WritesAny(ownGradient));
        yield return new Piece(
            ScoresBackward, this,
            ReadsAny(query.Value), ReadsAny(key.Value), ReadsAny(ownGradient), ReadsAny(probabilityGradient),
            WritesAny(query.Gradient), WritesAny(key.Gradient));
    }

    private void OwnScores(Part part)
    {
        for (int range = 0; range < own.RangesOf(part); range++)
        {
            var (start, count) = own.Range(part, range);
            AttentionScores<V>.Own(
                OfQueries(query.Value, start, count), key.Value.RowRange(start, count), OfQueries(ownScore, start, count),
                laneDimension, heads, scale);
        }
    }

    /// <summary>Some queries.</summary>
    private void Forward(Part part)
    {
        fixed (int* count = rows.KeyCount, parent = rows.Parent, keys = rows.Keys)
        {
            for (int i = 0; i < output.Rows.RangesOf(part); i++)
            {
                var some = Of(output.Rows.Range(part, i), count, parent, keys);
                AttentionScores<V>.Forward(
                    some.Queries, query.Value, key.Value, ownScore, some.Probability, laneDimension, heads, scale);
                AttentionSoftmax<V>.Forward(some.Queries, some.Probability, heads, lanesOfHead);
                if (outputsInLanes)
                    Mix<OutputsInLanes<V>>(some);
                else
                    Mix<HeadsInLanes<V>>(some);
            }
        }
    }

    private void Mix<O>(in SomeQueries some) where O : struct, IMixedOutputs<V> => AttentionMix<V, O>.Forward(
        some.Queries, some.Probability, value.Value, output.Value.RowRange(some.Start, some.Queries.Count), valueVectors, heads);

    /// <summary>Some queries, and all that they see.</summary>
    private void OwnBackward(Part part)
    {
        for (int i = 0; i < key.Rows.RangesOf(part); i++)
        {
            // Rows that are no query's own.
            var (start, count) = key.Rows.Range(part, i);
            count = Math.Clamp(own.Start - start, 0, count);
            ClearScores(start, count);
            Elementwise<V>.Clear(value.Gradient.RowRange(start, count));
        }
        fixed (int* count = rows.KeyCount, parent = rows.Parent, keys = rows.Keys)
        {
            int ranges = output.Rows.RangesOf(part);
            for (int i = 0; i < ranges; i++)
            {
                var some = Of(output.Rows.Range(part, i), count, parent, keys);
                var (first, owned) = own.Range(part, i);
                Elementwise<V>.Clear(OfQueries(ownGradient, first, owned));
                MixBackward(some, some.ByOwn, 0, 0);
            }
            for (int i = 0; i < ranges; i++)
                MixBackward(Of(output.Rows.Range(part, i), count, parent, keys), [], 0, int.MaxValue);
            for (int i = 0; i < ranges; i++)
            {
                var some = Of(output.Rows.Range(part, i), count, parent, keys);
                SoftmaxBackward(some, some.ByOwn);
                var (first, owned) = own.Range(part, i);
                OwnScoresBackward(first, owned);
            }
            for (int i = 0; i < ranges; i++)
                OtherScoresBackward(Of(output.Rows.Range(part, i), count, parent, keys), 0, int.MaxValue);
        }
    }

    /// <summary>Some rows of values, and the probabilities of the queries that read them.</summary>
    private void MixBackward(Part part)
    {
        var (start, count) = part.Of(own.Count);
        Elementwise<V>.Clear(OfQueries(ownGradient, own.Start + start, count));
        var (first, end) = Rows(part, rows.Work.MixBefore);
        Elementwise<V>.Clear(value.Gradient.RowRange(first, end - first));
        fixed (int* keyCount = rows.KeyCount, parent = rows.Parent, keys = rows.Keys)
        {
            var all = Of((output.Rows.Start, output.Rows.Count), keyCount, parent, keys);
            MixBackward(all, OwnedBy(first, end), first, end);
        }
    }

    /// <summary>Own keys of the queries in an order; other keys in a range of rows.</summary>
    private void MixBackward(in SomeQueries some, ReadOnlySpan<int> byOwn, int first, int end)
    {
        if (outputsInLanes)
            MixBackward<OutputsInLanes<V>>(some, byOwn, first, end);
        else
            MixBackward<HeadsInLanes<V>>(some, byOwn, first, end);
    }

    private void MixBackward<O>(in SomeQueries some, ReadOnlySpan<int> byOwn, int first, int end)
        where O : struct, IMixedOutputs<V>
    {
        var mixed = output.Gradient.RowRange(some.Start, some.Queries.Count);
        AttentionMix<V, O>.OwnBackward(
            some.Queries, byOwn, some.Start, rows.OwnRowsAreDistinct,
            some.Probability, value.Value, mixed, some.ProbabilityGradient, value.Gradient, valueVectors, heads);
        if (end > first)
        {
            AttentionMix<V, O>.OthersBackward(
                some.Queries, first, end,
                some.Probability, value.Value, mixed, some.ProbabilityGradient, value.Gradient, valueVectors, heads);
        }
    }

    /// <summary>Some queries, all of those with the same own row.</summary>
    private void SoftmaxBackward(Part part)
    {
        fixed (int* keyCount = rows.KeyCount, parent = rows.Parent, keys = rows.Keys)
        {
            var all = Of((output.Rows.Start, output.Rows.Count), keyCount, parent, keys);
            var (start, count) = part.Of(all.ByOwn.Length);
            SoftmaxBackward(all, all.ByOwn[all.RunEnd(start)..all.RunEnd(start + count)]);
        }
    }

    private void SoftmaxBackward(in SomeQueries some, ReadOnlySpan<int> byOwn) => AttentionSoftmax<V>.Backward(
        some.Queries, byOwn, some.Start, some.Probability, some.ProbabilityGradient, ownGradient, heads, lanesOfHead);

    /// <summary>Some rows of queries and keys.</summary>
    private void ScoresBackward(Part part)
    {
        var (first, end) = Rows(part, rows.Work.ScoresBefore);
        int firstOwn = Math.Clamp(own.Start, first, end);
        ClearScores(first, firstOwn - first);
        OwnScoresBackward(firstOwn, end - firstOwn);
        fixed (int* keyCount = rows.KeyCount, parent = rows.Parent, keys = rows.Keys)
            OtherScoresBackward(Of((output.Rows.Start, output.Rows.Count), keyCount, parent, keys), first, end);
    }

    private void ClearScores(int start, int count)
    {
        if (query.Rows == key.Rows)
            Elementwise<V>.Clear(query.Gradient.RowRange(start, count));
        Elementwise<V>.Clear(key.Gradient.RowRange(start, count));
    }

    private void OwnScoresBackward(int start, int count) => AttentionScores<V>.OwnBackward(
        OfQueries(query.Value, start, count), key.Value.RowRange(start, count), OfQueries(ownGradient, start, count),
        OfQueries(query.Gradient, start, count), key.Gradient.RowRange(start, count), laneDimension, heads, scale);

    /// <summary>Gradients of the queries and keys in a range of rows, by the scores of other keys than the own.</summary>
    private void OtherScoresBackward(in SomeQueries some, int first, int end)
    {
        AttentionScores<V>.QueryBackward(
            some.Queries, first, end, key.Value, some.ProbabilityGradient, query.Gradient, laneDimension, heads, scale);
        AttentionScores<V>.KeyBackward(
            some.Queries, first, end, query.Value, some.ProbabilityGradient, key.Gradient, laneDimension, heads, scale);
    }

    private SomeQueries Of((int Start, int Count) range, int* keyCount, int* parent, int* keys) =>
        new(rows, range, keyCount, parent, keys, FirstQuery, probability, probabilityGradient);

    /// <summary>Own rows of the keys, as rows of a matrix that has only the queries' rows.</summary>
    private Matrix OfQueries(Matrix matrix, int start, int count) =>
        count == 0 ? matrix.RowRange(0, 0) : matrix.RowRange(start - FirstQuery, count);

    /// <summary>A part's rows of queries, keys and values, divided by the work that they take.</summary>
    private (int First, int End) Rows(Part part, int[] before)
    {
        if (part.Count == 1)
            return (0, key.Rows.Count);
        var (start, count) = part.Of(before.AsSpan(0, key.Rows.Count + 1));
        return (start, start + count);
    }

    /// <summary>The queries whose own row is in a range, those with the same row together.</summary>
    private ReadOnlySpan<int> OwnedBy(int firstRow, int endRow)
    {
        int start = output.Rows.Start, end = start + output.Rows.Count;
        var (from, to) = rows.OwnedBy(firstRow, endRow);
        (from, to) = (Math.Clamp(from, start, end), Math.Clamp(to, start, end));
        return rows.ByOwn.AsSpan(from, to - from);
    }
}
