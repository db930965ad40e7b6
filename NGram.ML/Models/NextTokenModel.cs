using System.Runtime.InteropServices;
using NGram.Data.Checks;
using NGram.ML.Models.Tensors;
using NGram.ML.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace NGram.ML.Models;

/// <summary>A TorchSharp module that predicts, at every position of a sequence, the token that follows.</summary>
/// <remarks>
/// A model of your own derives from this class, overrides <c>forward</c> and calls <c>RegisterComponents</c>; its parameters
/// then pass under their TorchSharp names. Not thread-safe.
/// </remarks>
public abstract class NextTokenModel : nn.Module<Tensor, Tensor>
{
    /// <summary>Loads libtorch, unless it is loaded.</summary>
    /// <exception cref="TorchLibraryException">libtorch cannot be loaded.</exception>
    protected NextTokenModel(string name) : base(AfterLoading(name))
    {
    }

    /// <summary>The model of an architecture with the given parameters.</summary>
    /// <exception cref="ArgumentException">A parameter is missing, surplus or of another shape.</exception>
    /// <exception cref="TorchLibraryException">libtorch cannot be loaded.</exception>
    public static NextTokenModel Create(Architecture architecture, StateDict parameters)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        var model = architecture.CreateModel();
        try
        {
            model.LoadParameters(parameters);
            model.eval();
        }
        catch
        {
            model.Dispose();
            throw;
        }
        return model;
    }

    /// <summary>
    /// Logits of the positions from <paramref name="firstScored"/> on; a model overrides it to compute no others.
    /// </summary>
    /// <param name="tokens">0-based ids, int64 [B, T].</param>
    /// <param name="firstScored">First position, below T.</param>
    /// <returns>[B, T - firstScored, N].</returns>
    public virtual Tensor ScoredLogits(Tensor tokens, int firstScored)
    {
        using var scope = NewDisposeScope();
        return forward(tokens).slice(1, firstScored, long.MaxValue, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Logits of prompts, in double precision, without a trace for differentiation.</summary>
    /// <param name="prompts">Row-major 0-based ids [B, promptLength].</param>
    /// <param name="promptLength">T: tokens of a row.</param>
    /// <param name="firstScored">First position whose logits are wanted, below T.</param>
    /// <returns>Row-major [B, T - firstScored, N].</returns>
    public double[] Logits(ReadOnlySpan<ushort> prompts, int promptLength, int firstScored = 0)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return ToArray(ScoredLogits(TokenTensor(prompts, promptLength), firstScored));
    }

    /// <summary>Sets every parameter.</summary>
    /// <exception cref="ArgumentException">
    /// A parameter is missing, surplus or of another shape; nothing has changed then.
    /// </exception>
    public void LoadParameters(StateDict parameters) => Load(parameters, parameter => parameter);

    /// <summary>A copy of every parameter.</summary>
    public StateDict GetParameters() => Copy(parameter => parameter);

    /// <summary>A copy of the gradient of every parameter; zeros for those that the forward pass does not use.</summary>
    internal StateDict GetGradients() => Copy(parameter => parameter.grad ?? zeros_like(parameter));

    /// <summary>Forgets the gradient of the first rows of some tensors, by PyTorch's names.</summary>
    internal void ClearGradients(IReadOnlyDictionary<string, int> rows)
    {
        using var scope = NewDisposeScope();
        foreach (var (name, gradient) in NamedTensors(parameter => parameter.grad ?? zeros_like(parameter)))
        {
            if (rows.TryGetValue(name, out int count))
                gradient.slice(0, 0, count, 1).zero_();
        }
    }

    /// <summary>
    /// Maps the module's parameters to PyTorch's names: what <paramref name="of"/> says of each parameter, or views of it.
    /// </summary>
    /// <param name="of">The parameter itself, or its gradient.</param>
    protected virtual IEnumerable<(string Name, Tensor Value)> NamedTensors(Func<Parameter, Tensor> of) =>
        named_parameters().Select(p => (p.name, of(p.parameter)));

    /// <summary>A parameter without values, for <see cref="LoadParameters"/> to fill.</summary>
    internal static Parameter Empty(ModelPrecision precision, params ReadOnlySpan<long> shape) =>
        new(zeros(shape, dtype: precision == ModelPrecision.Float64 ? ScalarType.Float64 : ScalarType.Float32));

    /// <summary>Rows of a table: [rows, d] and int64 [B, T] to [B, T, d].</summary>
    internal static Tensor Lookup(Tensor table, Tensor indices) =>
        table.index_select(0, indices.reshape(-1)).reshape(indices.shape[0], indices.shape[1], table.shape[1]);

    /// <summary>Row-major tokens as int64 [rows, columns].</summary>
    internal static Tensor TokenTensor(ReadOnlySpan<ushort> tokens, int columns)
    {
        Require.AtLeast(columns, 1, nameof(columns));
        if (tokens.Length % columns != 0)
            throw new ArgumentException($"{tokens.Length} tokens are not a whole number of rows of {columns}.", nameof(tokens));
        var tensor = empty(tokens.Length / columns, columns, dtype: ScalarType.Int64);
        var ids = MemoryMarshal.Cast<byte, long>(tensor.bytes);
        for (int i = 0; i < tokens.Length; i++)
            ids[i] = tokens[i];
        return tensor;
    }

    private static double[] ToArray(Tensor values)
    {
        // Straight into the array: TorchSharp's own enumerator asks libtorch about every element.
        double[] array = new double[values.NumberOfElements];
        using var target = frombuffer(array, ScalarType.Float64);
        using var source = values.reshape(-1);
        target.copy_(source);
        return array;
    }

    /// <summary>Fills the parameters, or tensors that belong to them, from values under PyTorch's names.</summary>
    /// <exception cref="ArgumentException">
    /// A name is missing or surplus, or a shape differs; nothing has changed then.
    /// </exception>
    internal void Load(StateDict values, Func<Parameter, Tensor> into)
    {
        ArgumentNullException.ThrowIfNull(values);
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var own = NamedTensors(into).ToList();
        values.RequireSame(own.Select(p => (p.Name, p.Value.shape)));
        foreach (var (name, value) in own)
            value.copy_(tensor(values[name].Values, value.shape, ScalarType.Float64));
    }

    /// <summary>Copies the parameters, or tensors that belong to them, under PyTorch's names.</summary>
    internal StateDict Copy(Func<Parameter, Tensor> of)
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        var copy = new StateDict();
        foreach (var (name, value) in NamedTensors(of))
            copy.Add(name, new ParameterTensor(value.shape, ToArray(value)));
        return copy;
    }

    private static string AfterLoading(string name)
    {
        TorchLibrary.Load();
        return name;
    }
}
