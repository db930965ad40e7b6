using NGram.ML.Fused.Kernels;
using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Prediction.Forward;

/// <summary>
/// The unembedding, transposed, in consecutive panels of columns: a product reads a panel once for all rows, from consecutive
/// addresses.
/// </summary>
internal sealed unsafe class UnembeddingPanels
{
    /// <summary>Vectors of a panel: a few of the product's tiles.</summary>
    private const int PanelVectors = 12;

    private readonly Matrix[] panels; // [d, columns of the panel]
    private readonly int dimension, width;

    /// <param name="memory">Owns their memory.</param>
    /// <param name="vocabularySize">N.</param>
    /// <param name="dimension">d.</param>
    /// <param name="lanes">Floats of a vector.</param>
    public UnembeddingPanels(ManagedMatrices memory, int vocabularySize, int dimension, int lanes)
    {
        (this.dimension, width) = (dimension, PanelVectors * lanes);
        panels = new Matrix[(vocabularySize + width - 1) / width];
        for (int i = 0; i < panels.Length; i++)
            panels[i] = memory.Allocate(dimension, Math.Min(width, vocabularySize - i * width));
    }

    /// <summary>Reads the weights [N, d].</summary>
    public void Load(ParameterTensor weights)
    {
        for (int i = 0; i < weights.Values.Length; i++)
        {
            var (token, row) = Math.DivRem(i, dimension);
            panels[token / width][row][token % width] = (float)weights.Values[i];
        }
    }

    /// <summary>logits [rows, N] = states [rows, d] times the transposed weights.</summary>
    public void Multiply<V>(Matrix states, Matrix logits) where V : struct, IFloats<V>
    {
        for (int i = 0; i < panels.Length; i++)
        {
            var part = logits.ColumnRange(i * width, panels[i].Columns);
            MatrixProduct<V>.Multiply(states, panels[i], part, accumulate: false);
        }
    }
}
