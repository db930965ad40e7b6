using System.Runtime.CompilerServices;
using NGram.Data.Distributions;
using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Fused;

/// <summary>A sequence encoder on the distinct contexts of a batch.</summary>
internal sealed unsafe class FusedSequenceEncoder<V> : FusedModel where V : struct, IFloats<V>
{
    private readonly ContextGroups contexts;
    private readonly RowSet rows;
    private readonly Variable table, state;
    private readonly Moments moments;
    private readonly Matrix zeros;
    private readonly bool[] seen;
    private readonly Parameter unembedding;

    public FusedSequenceEncoder(
        SequenceEncoderArchitecture architecture, INGramDistribution? distribution, int batchSize, int threads)
        : base(V.Count, threads)
    {
        int count = checked((int)architecture.Contexts), d = architecture.Options.EmbeddingDimension;
        contexts = new ContextGroups(
            batchSize, architecture.ContextWindow, architecture.VocabularySize, architecture.Order - 1, count);
        rows = new RowSet(contexts.Context.Length);
        var values = Workspace.Allocate(count, d);
        (moments, zeros) = (Moments.Zero(Workspace, count, d, Workspace.Lanes), Workspace.Allocate(1, d));
        seen = new bool[count];
        unembedding = new Parameter(Workspace, architecture.VocabularySize, d);
        state = Tape.Variable(rows, d);
        table = new Variable(new RowSet(count), values, state.Gradient, accumulates: false);
        Placements =
        [
            new TensorPlacement("word_emb.weight", table, moments, (row, column) => (nint)row * values.Stride + column),
            new TensorPlacement(
                "unemb.weight",
                unembedding.Variable,
                unembedding.Moments,
                (row, column) => (nint)row * values.Stride + column),
        ];
        Tape.Add(new RowBlocks(rows, rows.Capacity, new Gather(table.Value, contexts.Context, state)));
        AddLoss<V>(state, unembedding.Variable, contexts.Targets, distribution);
    }

    public override IReadOnlyList<TensorPlacement> Placements { get; }

    /// <remarks>Rows without moments would not move anyway: they count as seen.</remarks>
    public override void MomentsLoaded() => Array.Fill(seen, true);

    public override ParameterTensor Gradient(TensorPlacement placement, ParameterTensor like)
    {
        if (placement.Variable != table)
            return base.Gradient(placement, like);
        double[] gradient = new double[like.Values.Length];
        for (int row = 0; row < contexts.Count; row++)
        {
            for (int i = 0; i < state.Columns; i++)
                gradient[contexts.Context[row] * state.Columns + i] = state.Gradient[row][i];
        }

        return new ParameterTensor([.. like.Shape], gradient);
    }

    /// <remarks>PyTorch's gradient is dense: the embeddings of contexts that the batch lacks move too.</remarks>
    protected override void Update(Adam adam, Part part)
    {
        unembedding.Update<V>(adam, part);
        var (start, count) = part.Of(seen.Length);
        adam.UpdateRows<V>(
            table.Value.RowRange(start, count),
            moments.First.RowRange(start, count),
            moments.Second.RowRange(start, count),
            state.Gradient,
            zeros,
            contexts.RowOf.AsSpan(start, count),
            seen.AsSpan(start, count));
    }

    protected override void ClearGradients(Part part) => unembedding.ClearGradient(part);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void ReadBatch(ReadOnlySpan<ushort> tokens)
    {
        contexts.Build(tokens);
        rows.Set(0, contexts.Count);
        for (int row = 0; row < contexts.Count; row++)
            seen[contexts.Context[row]] = true;
    }

    /// <summary>The contexts' embeddings, one row each: its gradient is that of the state.</summary>
    private sealed class Gather(Matrix table, int[] context, Variable output) : RowOperation
    {
        public override Access[] ForwardAccesses => [Access.ReadsAny(table), Access.WritesOwn(output.Value)];

        public override Access[] BackwardAccesses => [];

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override void Forward(int start, int count)
        {
            for (int row = start; row < start + count; row++)
                Elementwise<V>.Copy(output.Value[row], table[context[row]], table.Stride);
        }

        public override void Backward(int start, int count)
        {
        }
    }
}
