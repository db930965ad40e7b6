using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Engines;
using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Fused;

/// <summary>
/// Trains a model in float32 with its own kernels: the same mathematics as the TorchSharp modules, computed once for every
/// distinct prefix of a batch. Nothing is allocated in a step; equal inputs give equal bits, for any number of threads.
/// </summary>
internal sealed class FusedEngine : ITrainingEngine
{
    /// <summary>Maximum size, in floats, of the sequence encoder's table.</summary>
    private const long MaxTableFloats = int.MaxValue;

    private readonly Architecture architecture;
    private readonly StateDict initial;
    private readonly FusedModel model;
    private readonly FrozenElements frozen;
    private readonly int batchSize, most;
    private readonly ThreadChoice? choice;
    private long steps;
    private bool disposed;

    /// <summary>Builds the model with the given parameters.</summary>
    /// <param name="architecture">A transformer or a sequence encoder in float32.</param>
    /// <param name="initial">
    /// Initial parameters by PyTorch's names; entries that the forward pass does not use pass through unchanged.
    /// </param>
    /// <param name="objective">Next token, full distribution or exact.</param>
    /// <param name="distribution">The law of the data: needed by the full-distribution objective, otherwise unused.</param>
    /// <param name="batchSize">Maximum number of rows of a batch.</param>
    /// <param name="lanes">Width of a vector in floats: 4, 8 or 16; null chooses the fastest here.</param>
    /// <param name="freeze">Tensors that do not train; none of a sequence encoder.</param>
    /// <param name="threads">
    /// Threads per step, at least 1; null takes as many as a step keeps busy, as long as they are faster. Any number gives the
    /// same bits.
    /// </param>
    /// <exception cref="NotSupportedException">
    /// The architecture is not one that this engine trains; see <see cref="Supports"/>.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A parameter is missing or has the wrong shape, or the distribution is missing or has another vocabulary.
    /// </exception>
    public FusedEngine(
        Architecture architecture,
        StateDict initial,
        TrainingObjective objective,
        INGramDistribution? distribution,
        int batchSize,
        int? lanes = null,
        FrozenTensors freeze = FrozenTensors.None,
        int? threads = 1)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(initial);
        Require.AtLeast(batchSize, 1, nameof(batchSize));
        if (!Supports(architecture, out string? reason))
            throw new NotSupportedException(reason);
        (this.architecture, this.batchSize) = (architecture, batchSize);
        Lanes = lanes ?? LaneChoice.For(architecture, batchSize);
        Require.AtLeast(threads ?? 1, 1, nameof(threads));
        most = threads ?? ThreadChoice.Most(architecture, batchSize, Environment.ProcessorCount);
        choice = threads is null && most > 1 ? new ThreadChoice(most) : null;
        this.initial = Copied(architecture, initial);
        var law = objective != TrainingObjective.NextToken ? Checked(distribution, architecture) : null;
        model = Lanes switch
        {
            4 => ModelOf<Floats4>(architecture, law, batchSize, most),
            8 => ModelOf<Floats8>(architecture, law, batchSize, most),
            16 => ModelOf<Floats16>(architecture, law, batchSize, most),
            _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, "It must be 4, 8 or 16."),
        };
        foreach (var placement in model.Placements)
            placement.Load(this.initial[placement.Name], placement.Variable.Value);
        frozen = new FrozenElements(architecture, architecture.FrozenRows(freeze), model.Placements);
    }

    /// <summary>Width, in floats, of the vectors that it computes with; the same width gives the same bits.</summary>
    public int Lanes { get; }

    /// <summary>The number of threads that most steps have used so far.</summary>
    public int Threads => choice?.Threads ?? most;

    /// <summary>Whether this engine trains an architecture.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="reason">If not, why, in one sentence.</param>
    public static bool Supports(Architecture architecture, [NotNullWhen(false)] out string? reason)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        reason = architecture switch
        {
            { Precision: not ModelPrecision.Float32 } =>
                $"The fused engine computes in float32 only; the precision is {architecture.Precision}.",
            TransformerArchitecture => null,
            SequenceEncoderArchitecture encoder when TableFloats(encoder) > MaxTableFloats =>
                $"The fused engine holds at most {MaxTableFloats} floats of context embeddings; "
                + $"order {encoder.Order} needs more.",
            SequenceEncoderArchitecture => null,
            _ => $"The fused engine does not know the architecture {architecture.GetType().Name}.",
        };
        return reason is null;
    }

    /// <summary>The architecture's model on vectors of a width.</summary>
    private static FusedModel ModelOf<V>(Architecture architecture, INGramDistribution? law, int batchSize, int threads)
        where V : struct, IFloats<V> =>
        architecture switch
        {
            TransformerArchitecture transformer => new FusedTransformer<V>(transformer, law, batchSize, threads),
            SequenceEncoderArchitecture encoder => new FusedSequenceEncoder<V>(encoder, law, batchSize, threads),
            _ => throw new NotSupportedException(architecture.GetType().Name),
        };

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The tokens are not a whole number of rows, or are more than the batch size, or are not below N.
    /// </exception>
    public BatchResult Step(ReadOnlySpan<ushort> tokens, double learningRate) => Step(tokens, [], learningRate);

    /// <inheritdoc/>
    public BatchResult Step(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights, double learningRate)
    {
        long start = Stopwatch.GetTimestamp();
        model.IsAlone = choice is { Together: false };
        var result = ComputeGradient(tokens, weights);
        frozen.ClearGradient();
        model.Update(new Adam(learningRate, ++steps));
        GC.KeepAlive(model);
        choice?.Took(Stopwatch.GetTimestamp() - start);
        return result;
    }

    /// <inheritdoc/>
    public StateDict GetParameters() => Tensors(initial, (placement, like) => placement.Save(like, placement.Variable.Value));

    /// <inheritdoc/>
    public EngineState GetState()
    {
        var none = Zeros();
        return new EngineState(
            GetParameters(),
            Tensors(none, (placement, like) => placement.Save(like, placement.Moments.First)),
            Tensors(none, (placement, like) => placement.Save(like, placement.Moments.Second)),
            steps);
    }

    /// <inheritdoc/>
    public void SetState(EngineState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        ObjectDisposedException.ThrowIf(disposed, this);
        var (values, first, second) = (
            Copied(architecture, state.Parameters),
            Copied(architecture, state.FirstMoments),
            Copied(architecture, state.SecondMoments));
        foreach (var placement in model.Placements)
        {
            placement.Load(values[placement.Name], placement.Variable.Value);
            placement.Load(first[placement.Name], placement.Moments.First);
            placement.Load(second[placement.Name], placement.Moments.Second);
        }
        model.MomentsLoaded();
        steps = state.Steps;
        GC.KeepAlive(model);
    }

    /// <summary>Loss and gradient of a batch without a step.</summary>
    public BatchResult Gradient(ReadOnlySpan<ushort> tokens, out StateDict gradient) => Gradient(tokens, [], out gradient);

    /// <summary>The same with a weight for each row.</summary>
    public BatchResult Gradient(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights, out StateDict gradient)
    {
        var result = ComputeGradient(tokens, weights);
        gradient = Tensors(Zeros(), model.Gradient);
        return result;
    }

    /// <summary>Ends the threads and frees the native memory.</summary>
    public void Dispose()
    {
        disposed = true;
        model.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private BatchResult ComputeGradient(ReadOnlySpan<ushort> tokens, ReadOnlySpan<float> weights)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        int rows = tokens.Length / architecture.ContextWindow;
        if (rows < 1 || rows > batchSize || rows * architecture.ContextWindow != tokens.Length)
        {
            throw new ArgumentException(
                $"{tokens.Length} tokens are not 1 to {batchSize} rows of {architecture.ContextWindow}.", nameof(tokens));
        }

        int wrong = tokens.IndexOfAnyExceptInRange((ushort)0, (ushort)Math.Min(architecture.VocabularySize - 1, ushort.MaxValue));
        if (wrong >= 0)
        {
            throw new ArgumentException(
                $"Token {tokens[wrong]} is not below the vocabulary size {architecture.VocabularySize}.",
                nameof(tokens));
        }

        return model.Gradient(tokens, weights);
    }

    private StateDict Zeros()
    {
        var zeros = new StateDict();
        foreach (var (name, tensor) in initial)
            zeros.Add(name, new ParameterTensor([.. tensor.Shape], new double[tensor.Values.Length]));
        return zeros;
    }

    /// <summary>Every tensor of the model; those that it does not use come from <paramref name="others"/>.</summary>
    private StateDict Tensors(StateDict others, Func<TensorPlacement, ParameterTensor, ParameterTensor> read)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var result = new StateDict();
        foreach (var (name, tensor) in others)
            result.Add(name, new ParameterTensor([.. tensor.Shape], [.. tensor.Values]));
        foreach (var placement in model.Placements)
            result[placement.Name] = read(placement, others[placement.Name]);
        GC.KeepAlive(model);
        return result;
    }

    private static StateDict Copied(Architecture architecture, StateDict initial)
    {
        var result = new StateDict();
        foreach (var (name, shape) in architecture.Parameters)
        {
            if (!initial.TryGetValue(name, out var tensor))
                throw new ArgumentException($"The parameter {name} is missing.", nameof(initial));
            if (!tensor.Shape.AsSpan().SequenceEqual(shape))
            {
                throw new ArgumentException(
                    $"The parameter {name} has the shape {TensorShape.Text(tensor.Shape)}; "
                    + $"it must be {TensorShape.Text(shape)}.",
                    nameof(initial));
            }

            result.Add(name, new ParameterTensor([.. shape], [.. tensor.Values]));
        }
        return result;
    }

    private static INGramDistribution Checked(INGramDistribution? distribution, Architecture architecture)
    {
        if (distribution == null)
        {
            throw new ArgumentException(
                "The full-distribution objective needs the distribution of the data.",
                nameof(distribution));
        }

        if (distribution.VocabularySize != architecture.VocabularySize || distribution.Order != architecture.Order)
        {
            throw new ArgumentException(
                $"The distribution has order {distribution.Order} and {distribution.VocabularySize} tokens; the architecture has "
                + $"order {architecture.Order} and {architecture.VocabularySize}.", nameof(distribution));
        }

        return distribution;
    }

    private static double TableFloats(SequenceEncoderArchitecture encoder) =>
        ContextIndex.Count(encoder.VocabularySize, encoder.Order - 1)
        * Matrix.Padded(encoder.Options.EmbeddingDimension, Floats16.Count);
}
