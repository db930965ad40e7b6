using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;

namespace NGram.ML.Fused.Operations;

/// <summary>A range of a batch's queries, whose arrays are pinned, with what attention keeps of them.</summary>
internal readonly unsafe ref struct SomeQueries
{
    public SomeQueries(
        AttentionRows rows,
        (int Start, int Count) range,
        int* keyCount,
        int* parent,
        int* keys,
        int firstQuery,
        Matrix probability,
        Matrix probabilityGradient)
    {
        int start = Start = range.Start;
        keys += (nint)start * rows.MaxKeys;
        Queries = new AttentionQueries(range.Count, rows.MaxKeys, keyCount + start, parent + start, keys, firstQuery);
        ByOwn = rows.ByOwn.AsSpan(start, range.Count);
        Probability = probability.RowRange(start, range.Count);
        ProbabilityGradient = probabilityGradient.RowRange(start, range.Count);
    }

    /// <summary>The first query's row of the output.</summary>
    public int Start { get; }

    public AttentionQueries Queries { get; }

    /// <summary>Rows of the output in the order of the queries' own rows.</summary>
    public ReadOnlySpan<int> ByOwn { get; }

    public Matrix Probability { get; }

    public Matrix ProbabilityGradient { get; }

    /// <summary>The first place, from an index on, where the own row differs from that of the query before.</summary>
    public int RunEnd(int index)
    {
        var queries = Queries;
        while (index > 0 && index < ByOwn.Length
            && queries.Own(ByOwn[index] - Start) == queries.Own(ByOwn[index - 1] - Start))
        {
            index++;
        }
        return index;
    }
}
