using System.Numerics.Tensors;
using NGram.ML.Fused;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Prediction.Forward;

namespace NGram.ML.Prediction;

/// <summary>Makes predictors with the vector width that suits the processor and the model.</summary>
internal static class FusedPredictor
{
    /// <summary>A predictor of an architecture that the fused engine knows.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="parameters">Its parameters by PyTorch's names.</param>
    /// <param name="lanes">Floats of a vector: 4, 8 or 16; null: the fastest.</param>
    /// <exception cref="ArgumentException">A parameter is missing, surplus or of another shape.</exception>
    public static IPredictor Create(Architecture architecture, StateDict parameters, int? lanes = null) =>
        (lanes ?? LaneChoice.For(architecture, IPredictor.BatchRows)) switch
        {
            4 => new FusedPredictor<Floats4>(architecture, parameters),
            8 => new FusedPredictor<Floats8>(architecture, parameters),
            _ => new FusedPredictor<Floats16>(architecture, parameters),
        };
}

/// <summary>
/// Predicts with the kernels of the fused engine, forward only: each distinct prefix of a call once, a small model's first layer
/// by a table that is computed when it is loaded. Weights and buffers are managed memory: nothing has to be freed, and a call
/// allocates nothing once there are as many buffers as threads that predict at a time. Equal prompts give equal bits in any
/// batch.
/// </summary>
internal sealed unsafe class FusedPredictor<V> : IPredictor where V : struct, IFloats<V>
{
    /// <summary>Number of states whose logits are computed at a time, and the maximum number of floats of these.</summary>
    private const int BlockRows = 64, MostBlockFloats = 1 << 20;

    private readonly Architecture architecture;
    private readonly IForwardModel model;
    private readonly KnownPrompts? known;
    private readonly Stack<Work> idle = new();

    /// <summary>Floats of the first layer's table: 16 MB.</summary>
    private const long MostTableFloats = 1 << 22;

    /// <param name="architecture">One that the fused engine knows.</param>
    /// <param name="parameters">Its parameters by PyTorch's names.</param>
    /// <param name="mostTableFloats">Floats that the first layer's table may have.</param>
    /// <exception cref="ArgumentException">A parameter is missing, surplus or of another shape.</exception>
    public FusedPredictor(Architecture architecture, StateDict parameters, long mostTableFloats = MostTableFloats)
    {
        this.architecture = architecture;
        model = architecture switch
        {
            TransformerArchitecture transformer => new TransformerForward<V>(transformer, mostTableFloats),
            SequenceEncoderArchitecture encoder => new SequenceEncoderForward<V>(encoder),
            _ => throw new NotSupportedException(architecture.GetType().Name),
        };
        known = KnownPrompts.For(VocabularySize, PromptLength);
        SetParameters(parameters);
    }

    /// <inheritdoc/>
    public int VocabularySize => architecture.VocabularySize;

    /// <inheritdoc/>
    public int PromptLength => architecture.PromptLength;

    /// <inheritdoc/>
    public bool IsSingle => true;

    /// <inheritdoc/>
    public void SetParameters(StateDict parameters)
    {
        parameters.RequireSame(architecture.Parameters);
        model.Load(parameters);
        known?.Clear();
    }

    /// <inheritdoc/>
    public void Logits(ReadOnlySpan<ushort> prompts, int length, int firstPosition, Span<double> logits)
    {
        Check(prompts, length, firstPosition);
        RequireRoom(logits.Length, prompts.Length / length * (length - firstPosition), nameof(logits));
        var work = Take();
        for (int rows; prompts.Length > 0; prompts = prompts[(rows * length)..])
        {
            rows = Math.Min(work.Pass.Rows, prompts.Length / length);
            work.Pass.Run(prompts[..(rows * length)], length, firstPosition);
            var stateOf = work.Pass.StateOf;
            for (int start = 0, count; start < work.Pass.States.Rows; start += count)
            {
                count = ComputeLogits(work, start);
                for (int row = 0; row < count; row++)
                {
                    for (int i = -1; (i = Next(stateOf, start + row, i)) >= 0;)
                        Widen(work.Logits[row], logits.Slice(i * VocabularySize, VocabularySize));
                }
            }
            logits = logits[(stateOf.Length * VocabularySize)..];
        }
        Return(work);
    }

    /// <inheritdoc/>
    public void Probabilities(ReadOnlySpan<ushort> prompts, Span<float> probabilities)
    {
        Check(prompts, PromptLength, PromptLength - 1);
        int rows = prompts.Length / PromptLength;
        RequireRoom(probabilities.Length, rows, nameof(probabilities));
        if (known is null)
            Compute(prompts, probabilities);
        else
            FillIn(prompts, rows, probabilities, known);
    }

    /// <summary>Does nothing: the garbage collector takes what is no longer used.</summary>
    public void Dispose()
    {
    }

    private void FillIn(ReadOnlySpan<ushort> prompts, int rows, Span<float> probabilities, KnownPrompts known)
    {
        // Runs of new prompts are computed together; usually there are none.
        int begin = -1;
        for (int row = 0; row <= rows; row++)
        {
            bool isKnown = row == rows
                || known.TryGet(known.PlaceOf(Prompt(prompts, row)), probabilities.Slice(row * VocabularySize, VocabularySize));
            if (!isKnown && begin < 0)
                begin = row;
            if (!isKnown || begin < 0)
                continue;
            var computed = probabilities[(begin * VocabularySize)..(row * VocabularySize)];
            Compute(prompts[(begin * PromptLength)..(row * PromptLength)], computed);
            for (; begin < row; begin++, computed = computed[VocabularySize..])
                known.Set(known.PlaceOf(Prompt(prompts, begin)), computed[..VocabularySize]);
            begin = -1;
        }
    }

    private ReadOnlySpan<ushort> Prompt(ReadOnlySpan<ushort> prompts, int row) => prompts.Slice(row * PromptLength, PromptLength);

    private void Compute(ReadOnlySpan<ushort> prompts, Span<float> probabilities)
    {
        var work = Take();
        int length = PromptLength;
        for (int rows; prompts.Length > 0; prompts = prompts[(rows * length)..])
        {
            rows = Math.Min(work.Pass.Rows, prompts.Length / length);
            work.Pass.Run(prompts[..(rows * length)], length, length - 1);
            var stateOf = work.Pass.StateOf;
            for (int start = 0, count; start < work.Pass.States.Rows; start += count)
            {
                count = ComputeLogits(work, start);
                for (int row = 0; row < count; row++)
                {
                    int first = Next(stateOf, start + row, -1);
                    var target = probabilities.Slice(first * VocabularySize, VocabularySize);
                    Softmax(work.Logits[row], target);
                    for (int i = first; (i = Next(stateOf, start + row, i)) >= 0;)
                        target.CopyTo(probabilities[(i * VocabularySize)..]);
                }
            }
            probabilities = probabilities[(stateOf.Length * VocabularySize)..];
        }
        Return(work);
    }

    /// <summary>The logits of as many states as a block has, from one on; returns how many.</summary>
    private int ComputeLogits(Work work, int start)
    {
        var states = work.Pass.States;
        int count = Math.Min(work.Logits.Rows, states.Rows - start);
        var logits = work.Logits.RowRange(0, count);
        model.Unembedding.Multiply<V>(states.RowRange(start, count), logits);
        return count;
    }

    private void Widen(float* logits, Span<double> target) =>
        TensorPrimitives.ConvertTruncating<float, double>(new ReadOnlySpan<float>(logits, VocabularySize), target);

    private void Softmax(float* logits, Span<float> target)
    {
        fixed (float* to = target)
            LogitKernels<V>.Softmax(logits, to, VocabularySize);
    }

    /// <summary>The next place after <paramref name="after"/> that has a state, or -1.</summary>
    private static int Next(ReadOnlySpan<int> stateOf, int state, int after) =>
        stateOf[(after + 1)..].IndexOf(state) is >= 0 and var next ? after + 1 + next : -1;

    private void Check(ReadOnlySpan<ushort> prompts, int length, int firstPosition)
    {
        if (length < 1 || length > PromptLength)
            throw new ArgumentOutOfRangeException(nameof(length), length, $"It must be from 1 to {PromptLength}.");
        if (firstPosition < 0 || firstPosition >= length)
            throw new ArgumentOutOfRangeException(nameof(firstPosition), firstPosition, $"It must be from 0 to {length - 1}.");
        if (prompts.Length == 0 || prompts.Length % length != 0 || prompts.Length / length > IPredictor.BatchRows)
        {
            throw new ArgumentException(
                $"{prompts.Length} tokens are not 1 to {IPredictor.BatchRows} prompts of {length}.", nameof(prompts));
        }
        // Kernels do not check indices.
        if (prompts.ContainsAnyExceptInRange((ushort)0, (ushort)(VocabularySize - 1)))
            throw new ArgumentException($"A token is not below the vocabulary size {VocabularySize}.", nameof(prompts));
    }

    private void RequireRoom(int room, int rows, string name)
    {
        if (room < rows * (long)VocabularySize)
            throw new ArgumentException($"There is room for {room} numbers of {rows} times {VocabularySize}.", name);
    }

    private Work Take()
    {
        lock (idle)
        {
            if (idle.TryPop(out var work))
                return work;
        }
        return new Work(model.CreatePass(IPredictor.BatchRows), VocabularySize);
    }

    private void Return(Work work)
    {
        GC.KeepAlive(model);
        lock (idle)
            idle.Push(work);
    }

    /// <summary>The buffers of one call.</summary>
    private sealed class Work
    {
        private readonly ManagedMatrices memory = new(V.Count);

        public Work(ForwardPass pass, int vocabularySize)
        {
            Pass = pass;
            Logits = memory.Allocate(Math.Clamp(MostBlockFloats / vocabularySize, 4, BlockRows), vocabularySize);
        }

        public ForwardPass Pass { get; }

        public Matrix Logits { get; }
    }
}
