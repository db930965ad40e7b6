using NGram.Data.Distributions;
using NGram.ML.Engines;
using NGram.ML.Fused.Batches;
using NGram.ML.Fused.Differentiation;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Operations;
using NGram.ML.Fused.Threading;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Fused;

/// <summary>A model as a tape of kernels: loss of a batch with its gradient, and Adam's update.</summary>
internal abstract unsafe class FusedModel : IDisposable
{
    private readonly Action<Part> update;
    private Loss? loss;
    private Schedule? schedule;
    private Adam adam;
    private ushort* tokensOfBatch;
    private float* weightsOfBatch;
    private int tokenCount, weightCount;

    /// <param name="lanes">Width, in floats, of the vectors that its kernels compute with.</param>
    /// <param name="threads">Threads per step.</param>
    protected FusedModel(int lanes, int threads)
    {
        Workspace = new Workspace(lanes);
        Tape = new Tape(Workspace);
        Team = new Team(threads);
        update = part => Update(adam, part);
    }

    /// <summary>The threads of a step.</summary>
    protected Team Team { get; }

    /// <summary>Whether one thread does the steps for the time being.</summary>
    public bool IsAlone
    {
        set => Team.IsAlone = value;
    }

    /// <summary>Owner of all memory.</summary>
    protected Workspace Workspace { get; }

    /// <summary>The operations.</summary>
    protected Tape Tape { get; }

    /// <summary>Where PyTorch's tensors are.</summary>
    public abstract IReadOnlyList<TensorPlacement> Placements { get; }

    /// <summary>Computes loss and gradient of a batch, row-major [rows, context window], whose rows may have weights.</summary>
    public BatchResult Gradient(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights)
    {
        if (Team.Members == 1)
        {
            Read(tokens, weights);
            Tape.Forward();
            ClearGradients(Part.Whole);
            Tape.Prepare(Part.Whole);
            Tape.Backward();
        }
        else
        {
            schedule ??= Tape.Scheduled(ReadPinned, ClearGradients);
            fixed (ushort* batch = tokens)
            fixed (float* ofRows = weights)
            {
                (tokenCount, weightCount) = (tokens.Length, weights.Length);
                tokensOfBatch = batch;
                weightsOfBatch = ofRows;
                schedule.Run(Team);
            }
        }
        loss!.Complete();
        GC.KeepAlive(this);
        return new BatchResult(loss.CrossEntropy, loss.Accuracy);
    }

    /// <summary>Moves every parameter along the last gradient computed.</summary>
    public void Update(Adam step)
    {
        adam = step;
        Team.Run(update);
    }

    /// <summary>The last gradient computed, as a tensor with the shape of the given one.</summary>
    public virtual ParameterTensor Gradient(TensorPlacement placement, ParameterTensor like) =>
        placement.Save(like, placement.Variable.Gradient);

    /// <summary>Called when moments were set from outside.</summary>
    public virtual void MomentsLoaded()
    {
    }

    /// <summary>Ends the threads and frees all memory.</summary>
    public void Dispose()
    {
        Team.Dispose();
        Workspace.Dispose();
    }

    /// <summary>Groups the batch into what the model computes only once.</summary>
    protected abstract void ReadBatch(ReadOnlySpan<ushort> tokens);

    /// <summary>Clears a part of the parameters' gradients.</summary>
    protected abstract void ClearGradients(Part part);

    /// <summary>Moves a part of the parameters.</summary>
    protected abstract void Update(Adam adam, Part part);

    /// <summary>Ends the tape with the unembedding and a loss.</summary>
    /// <param name="state">[rows, d].</param>
    /// <param name="weight">[N, d].</param>
    /// <param name="targets">What follows the rows.</param>
    /// <param name="distribution">The law of what follows, for the full-distribution objective; otherwise null.</param>
    protected void AddLoss<V>(Variable state, Variable weight, Targets targets, INGramDistribution? distribution)
        where V : struct, IFloats<V>
    {
        // Here a lane is a row, and there are enough rows for the widest vectors, however many heads the model has.
        if (V.Count < Floats16.Count && VectorWidths.InHardware.Contains(Floats16.Count))
            AddLossOf<Floats16>(state, weight, targets, distribution);
        else
            AddLossOf<V>(state, weight, targets, distribution);
    }

    private void AddLossOf<V>(Variable state, Variable weight, Targets targets, INGramDistribution? distribution)
        where V : struct, IFloats<V>
    {
        var unembedding = Tape.Add(new Unembedding<V>(Workspace, state, weight));
        int capacity = state.Rows.Capacity;
        loss = Tape.Add<Loss>(distribution == null
            ? new NextTokenLoss<V>(Workspace, unembedding, targets, capacity)
            : new DistributionLoss<V>(Workspace, unembedding, targets, capacity, distribution, Team.Members));
    }

    /// <summary>The batch that <see cref="Gradient(ReadOnlySpan{ushort}, ReadOnlySpan{float})"/> holds in place.</summary>
    private void ReadPinned() =>
        Read(new ReadOnlySpan<ushort>(tokensOfBatch, tokenCount), new ReadOnlySpan<float>(weightsOfBatch, weightCount));

    private void Read(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights)
    {
        ReadBatch(tokens);
        loss!.Read(tokens, weights);
    }
}
