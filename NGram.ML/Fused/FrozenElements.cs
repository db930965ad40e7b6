using System.Runtime.InteropServices;
using Architecture = NGram.ML.Models.Architecture;

namespace NGram.ML.Fused;

/// <summary>
/// The elements of a model's parameters that do not train: without a gradient they have no moments, and Adam leaves them where
/// they are.
/// </summary>
internal sealed unsafe class FrozenElements
{
    // Of a parameter's gradient, apart from its padding.
    private readonly List<(nint Gradient, int Length)> runs = [];

    /// <summary>Those of the first rows of some tensors.</summary>
    /// <param name="architecture">The model.</param>
    /// <param name="rows">Rows by the tensors' names.</param>
    /// <param name="placements">Where the tensors are.</param>
    public FrozenElements(
        Architecture architecture, IReadOnlyDictionary<string, int> rows, IReadOnlyList<TensorPlacement> placements)
    {
        var shapes = architecture.Parameters.ToDictionary(parameter => parameter.Name, parameter => parameter.Shape);
        List<nint> elements = [];
        foreach (var placement in placements.Where(placement => rows.ContainsKey(placement.Name)))
        {
            int columns = (int)shapes[placement.Name][^1];
            for (int row = 0; row < rows[placement.Name]; row++)
            {
                for (int column = 0; column < columns; column++)
                    elements.Add((nint)(placement.Variable.Gradient.Data + placement.Offset(row, column)));
            }
        }
        elements.Sort();
        foreach (nint element in elements)
        {
            if (runs.Count > 0 && runs[^1] is var (start, length) && start + length * sizeof(float) == element)
                runs[^1] = (start, length + 1);
            else
                runs.Add((element, 1));
        }
    }

    /// <summary>Clears their gradient. The caller keeps the model's memory alive.</summary>
    public void ClearGradient()
    {
        foreach (var (gradient, length) in runs)
            NativeMemory.Clear((void*)gradient, (nuint)length * sizeof(float));
    }
}
