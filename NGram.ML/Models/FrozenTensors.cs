namespace NGram.ML.Models;

/// <summary>Tensors of a transformer that stay at their initial values; several are joined.</summary>
[Flags]
public enum FrozenTensors
{
    /// <summary>All train.</summary>
    None = 0,

    /// <summary>The embeddings of tokens and positions: word_emb and pos_emb.</summary>
    Embeddings = 1,

    /// <summary>The unembedding: unemb.</summary>
    Unembedding = 2,

    /// <summary>
    /// The query and key matrices of every head, the first two thirds of an in_proj_weight: attention is then a random one, and
    /// values and outputs learn. A compression that they share with the values still trains.
    /// </summary>
    QueryKey = 4,
}
