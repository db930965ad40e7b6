using NGram.Data.Checks;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Models;

/// <summary>Everything that fixes a model's parameters: the options and what the data brings.</summary>
public abstract record Architecture
{
    /// <summary>N: number of different tokens.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>Tokens of a sequence; the model sees all but the last.</summary>
    public required int ContextWindow { get; init; }

    /// <summary>n: positions from max(0, n - 2) on are scored: they count in loss and accuracy.</summary>
    public required int Order { get; init; }

    /// <summary>S: tokens that the model sees, ContextWindow - 1.</summary>
    public int PromptLength => ContextWindow - 1;

    /// <summary>The first scored position (0-based): max(0, n - 2).</summary>
    public int FirstScored => Math.Max(0, Order - 2);

    /// <summary>Number of scored positions of a sequence.</summary>
    public int ScoredPositions => PromptLength - FirstScored;

    /// <summary>Floating-point type of the parameters.</summary>
    public abstract ModelPrecision Precision { get; }

    /// <summary>The trained parameters, by PyTorch's names in state_dict order, with their shapes.</summary>
    public abstract IEnumerable<(string Name, long[] Shape)> Parameters { get; }

    /// <summary>
    /// Number of parameters in the tensors that the forward pass uses. A position embedding counts whole, although the row of the
    /// last token, which the model never sees, is not read: as in the original, whose notebook's model has 6,816.
    /// </summary>
    public long ParameterCount =>
        Parameters.Where(p => Uses(p.Name)).Sum(p => (long)TensorShape.Count(p.Shape));

    /// <summary>The same without the embeddings of tokens, contexts and positions and the unembedding.</summary>
    public long NonEmbeddingParameterCount =>
        Parameters.Where(p => Uses(p.Name) && !IsEmbedding(p.Name)).Sum(p => (long)TensorShape.Count(p.Shape));

    /// <summary>How many of the parameters that the forward pass uses train where some tensors do not.</summary>
    public long TrainedParameterCount(FrozenTensors freeze) =>
        ParameterCount - Parameters.Where(p => Uses(p.Name)).Sum(p => FrozenRows(p.Name, freeze) * p.Shape[^1]);

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Names the value and the allowed range.</exception>
    public virtual void Validate()
    {
        Require.InRange(VocabularySize, 1, NGramLaw.LargestVocabulary, nameof(VocabularySize));
        Require.AtLeast(Order, 1, nameof(Order));
        Require.AtLeast(ContextWindow, SequenceSampler.ShortestWindow(Order), nameof(ContextWindow));
    }

    /// <summary>Bytes of a parameter in training: value, gradient and two moments, and its copies by PyTorch's names.</summary>
    private protected double BytesOfParameter => Precision == ModelPrecision.Float64 ? 48 : 32;

    /// <summary>Bytes of a number that the backward pass needs again.</summary>
    private protected double BytesOfActivation => Precision == ModelPrecision.Float64 ? 8 : 4;

    /// <summary>Bytes of a tensor apart from its values.</summary>
    private protected const double BytesOfTensor = 512;

    /// <summary>
    /// About how much memory a training takes, from the sizes alone; a double, since they may be beyond any integer type.
    /// </summary>
    internal virtual double TrainingBytes(int batchSize) => 0;

    /// <summary>The sizes that decide it, for messages.</summary>
    internal virtual IEnumerable<(string Name, long Value)> Sizes =>
        [(nameof(VocabularySize), VocabularySize), (nameof(ContextWindow), ContextWindow)];

    /// <summary>d: dimension in which tokens are embedded; 0 where it is not known.</summary>
    internal virtual int Dimension => 0;

    /// <summary>
    /// Products and intermediate values of a training step from the embeddings up to the logits, as <see cref="StepWork"/> counts
    /// them.
    /// </summary>
    /// <exception cref="ArgumentException">They are not known.</exception>
    internal virtual (double Products, double Values) WorkOfLayers(IReadOnlyList<double> prefixes) =>
        throw new ArgumentException($"The work of {GetType().Name} is not known.");

    /// <summary>Whether the forward pass uses a parameter.</summary>
    internal virtual bool Uses(string name) => true;

    /// <summary>Whether a parameter belongs to tokens, contexts or positions, and not to what computes with them.</summary>
    internal virtual bool IsEmbedding(string name) => name is "word_emb.weight" or "pos_emb.weight" or "unemb.weight";

    /// <summary>How many rows of a parameter, the first ones, do not train where some tensors are frozen.</summary>
    internal virtual int FrozenRows(string name, FrozenTensors freeze) => 0;

    /// <summary>The same of every parameter that has such rows.</summary>
    internal Dictionary<string, int> FrozenRows(FrozenTensors freeze) => Parameters
        .Select(p => KeyValuePair.Create(p.Name, FrozenRows(p.Name, freeze)))
        .Where(p => p.Value > 0)
        .ToDictionary();

    /// <summary>Whether the original's files hold the causal mask of its attention beside the parameters.</summary>
    internal virtual bool HasMask => false;

    /// <summary>The block of the model that a parameter belongs to, for a table.</summary>
    internal abstract string BlockOf(string parameter);

    /// <summary>A new model, with parameters that are still to be set.</summary>
    internal abstract NextTokenModel CreateModel();
}
