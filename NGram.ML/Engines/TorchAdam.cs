using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.ML.Engines;

/// <summary>
/// Adam (0.9, 0.999, 1e-8) on libtorch's tensors: the operations of TorchSharp's own in their order, so the same bits.
/// </summary>
/// <remarks>
/// TorchSharp's passes temporary <see cref="Scalar"/>s: nothing refers to one during the native call, so that the garbage
/// collector may free it there. The numbers of this one live as long as the process, or at least as the step.
/// </remarks>
internal sealed class TorchAdam : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly List<Entry> entries;
    private readonly Dictionary<IntPtr, Entry> byHandle;

    /// <summary>An optimizer with moments of zero.</summary>
    /// <param name="parameters">Moved in place; the caller's.</param>
    public TorchAdam(IEnumerable<Parameter> parameters)
    {
        entries = [.. parameters.Select(parameter => new Entry(parameter))];
        byHandle = entries.ToDictionary(entry => entry.Parameter.Handle);
    }

    /// <summary>Steps done; each parameter counts its own, since one without a gradient stays where it is.</summary>
    public void SetSteps(long steps) => entries.ForEach(entry => entry.Steps = steps);

    /// <summary>The running mean of a parameter's gradient.</summary>
    public Tensor First(Parameter parameter) => byHandle[parameter.Handle].First;

    /// <summary>The running mean of its gradient's square.</summary>
    public Tensor Second(Parameter parameter) => byHandle[parameter.Handle].Second;

    /// <summary>Forgets the gradients.</summary>
    public void ClearGradients()
    {
        foreach (var entry in entries)
        {
            using var gradient = entry.Parameter.grad;
            gradient?.zero_();
        }
    }

    /// <summary>Moves every parameter that has a gradient.</summary>
    public void Step(double learningRate)
    {
        using var withoutGradient = no_grad();
        foreach (var entry in entries)
        {
            using var scope = NewDisposeScope();
            if (entry.Parameter.grad is { } gradient)
                Step(entry, gradient, learningRate);
        }
    }

    /// <summary>Frees the moments.</summary>
    public void Dispose()
    {
        foreach (var entry in entries)
        {
            entry.First.Dispose();
            entry.Second.Dispose();
        }
    }

    private static void Step(Entry entry, Tensor gradient, double learningRate)
    {
        entry.Steps++;
        using Scalar correction = Math.Sqrt(1 - Math.Pow(Beta2, entry.Steps));
        using Scalar stepSize = -(learningRate / (1 - Math.Pow(Beta1, entry.Steps)));
        entry.First.mul_(Numbers.Beta1).add_(gradient, Numbers.Rest1);
        entry.Second.mul_(Numbers.Beta2).addcmul_(gradient, gradient, Numbers.Rest2);
        var root = entry.Second.sqrt().div(correction).add_(Numbers.Epsilon, Numbers.One);
        entry.Parameter.addcdiv_(entry.First, root, stepSize);
    }

    /// <summary>Made when libtorch is there, and never freed.</summary>
    private static class Numbers
    {
        public static readonly Scalar Beta1 = TorchAdam.Beta1, Rest1 = 1 - TorchAdam.Beta1,
            Beta2 = TorchAdam.Beta2, Rest2 = 1 - TorchAdam.Beta2, Epsilon = TorchAdam.Epsilon, One = 1;
    }

    private sealed class Entry(Parameter parameter)
    {
        public Parameter Parameter { get; } = parameter;

        public Tensor First { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public Tensor Second { get; } = zeros_like(parameter).DetachFromDisposeScope();

        public long Steps { get; set; }
    }
}
