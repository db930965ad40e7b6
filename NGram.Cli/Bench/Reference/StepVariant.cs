using NGram.Cli.Bench.Cases;
using NGram.ML.Engines;
using NGram.ML.Fused;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.Cli.Bench.Reference;

/// <summary>A way to compute a training step.</summary>
/// <param name="Name">Its name in tables and files.</param>
/// <param name="Share">Turns that it takes at once.</param>
/// <param name="Create">Makes an engine with given parameters.</param>
internal sealed record StepVariant(string Name, int Share, Func<BenchCase, StateDict, ITrainingEngine> Create)
{
    /// <summary>One module a head, as the original.</summary>
    public static StepVariant PerHead { get; } = new("per-head modules", 1, (model, initial) => new ModuleEngine(
        model.Architecture switch
        {
            TransformerArchitecture transformer => new PerHeadModules(transformer),
            SequenceEncoderArchitecture encoder => new ContextModules(encoder),
            var other => throw new NotSupportedException($"There are no per-head modules of {other.GetType().Name}."),
        },
        model.Architecture,
        initial));

    /// <summary>All heads at once in TorchSharp's operations.</summary>
    public static StepVariant TorchSharp { get; } = new(
        "TorchSharp", 1, (model, initial) => new TorchSharpEngine(model.Architecture, initial, TrainingObjective.NextToken));

    /// <summary>The fused kernels. Their steps are the shortest and decide the ratios, so they get the most time.</summary>
    public static StepVariant Fused { get; } =
        new(
            "fused",
            4,
            (model, initial) => FusedOn(model, initial, lanes: null));

    /// <summary>The fused kernels on vectors of every width that the processor has.</summary>
    public static IReadOnlyList<StepVariant> FusedByLanes { get; } =
    [
        .. VectorWidths.InHardware.Select(lanes =>
            new StepVariant($"{lanes} lanes", 1, (model, initial) => FusedOn(model, initial, lanes))),
    ];

    /// <summary>The fused kernels by a thread on every core; null if there is one core.</summary>
    public static StepVariant? FusedByThreads { get; } = Environment.ProcessorCount == 1
        ? null
        : new(
            $"{Environment.ProcessorCount} threads",
            2,
            (model, initial) => FusedOn(model, initial, lanes: null, Environment.ProcessorCount));

    /// <summary>The references, the fused engine as it chooses its width, and then its widths and threads.</summary>
    public static IReadOnlyList<StepVariant> All { get; } =
        [PerHead, TorchSharp, Fused, .. FusedByLanes, .. FusedByThreads is { } threads ? [threads] : Array.Empty<StepVariant>()];

    /// <summary>Those of a model: several threads where <c>--threads auto</c> takes them.</summary>
    public static IReadOnlyList<StepVariant> Of(BenchCase model) =>
        ThreadChoice.Most(model.Architecture, model.BatchSize, Environment.ProcessorCount) > 1
            ? All
            : [.. All.Where(variant => variant != FusedByThreads)];

    private static FusedEngine FusedOn(BenchCase model, StateDict initial, int? lanes, int threads = 1) => new(
        model.Architecture,
        initial,
        TrainingObjective.NextToken,
        distribution: null,
        model.BatchSize,
        lanes,
        threads: threads);

    /// <summary>A TorchSharp engine that owns the bench's own module.</summary>
    private sealed class ModuleEngine : ITrainingEngine
    {
        private readonly NextTokenModel model;
        private readonly TorchSharpEngine engine;

        public ModuleEngine(NextTokenModel model, Architecture architecture, StateDict initial)
        {
            this.model = model;
            model.LoadParameters(initial);
            engine = new(model, architecture.ContextWindow, architecture.FirstScored, TrainingObjective.NextToken);
        }

        public BatchResult Step(ReadOnlySpan<ushort> tokens, double learningRate) => engine.Step(tokens, learningRate);

        public StateDict GetParameters() => engine.GetParameters();

        public EngineState GetState() => engine.GetState();

        public void SetState(EngineState state) => engine.SetState(state);

        public void Dispose()
        {
            engine.Dispose();
            model.Dispose();
        }
    }
}
