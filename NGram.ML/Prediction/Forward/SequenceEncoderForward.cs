using NGram.ML.Fused.Memory;
using NGram.ML.Fused.Vectors;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;

namespace NGram.ML.Prediction.Forward;

/// <summary>A sequence encoder: the state of a position is the embedding of its context.</summary>
internal sealed unsafe class SequenceEncoderForward<V> : IForwardModel where V : struct, IFloats<V>
{
    private readonly ManagedMatrices workspace = new(V.Count);
    private readonly SequenceEncoderArchitecture architecture;
    private readonly int dimension;
    private readonly float[] embeddings; // [contexts, d], without padding

    public SequenceEncoderForward(SequenceEncoderArchitecture architecture)
    {
        this.architecture = architecture;
        dimension = architecture.Options.EmbeddingDimension;
        embeddings = new float[checked(architecture.Contexts * dimension)];
        Unembedding = new UnembeddingPanels(workspace, architecture.VocabularySize, dimension, V.Count);
    }

    /// <inheritdoc/>
    public UnembeddingPanels Unembedding { get; }

    /// <inheritdoc/>
    public void Load(StateDict parameters)
    {
        double[] contexts = parameters["word_emb.weight"].Values;
        for (int i = 0; i < contexts.Length; i++)
            embeddings[i] = (float)contexts[i];
        Unembedding.Load(parameters["unemb.weight"]);
    }

    /// <inheritdoc/>
    public ForwardPass CreatePass(int mostRows) => new Pass(this, mostRows);

    private sealed class Pass(SequenceEncoderForward<V> model, int mostRows) : ForwardPass
    {
        private readonly ManagedMatrices memory = new(V.Count);
        private readonly Dictionary<long, int> stateOfContext = [];
        private int[] stateOf = [];
        private Matrix states;
        private int count;

        public override int Rows => mostRows;

        public override Matrix States => states.RowRange(0, count);

        public override ReadOnlySpan<int> StateOf => stateOf.AsSpan(0, Places);

        private int Places { get; set; }

        public override void Run(ReadOnlySpan<ushort> prompts, int length, int first)
        {
            int rows = prompts.Length / length, positions = length - first;
            Places = rows * positions;
            if (stateOf.Length == 0)
            {
                int most = Rows * model.architecture.PromptLength;
                (stateOf, states) = (new int[most], memory.Allocate(most, model.dimension));
                stateOfContext.EnsureCapacity(most);
            }
            stateOfContext.Clear();
            count = 0;
            for (int row = 0; row < rows; row++)
            {
                for (int position = first; position < length; position++)
                {
                    long context = model.Context(prompts.Slice(row * length, position + 1));
                    if (stateOfContext.TryAdd(context, count))
                    {
                        var from = model.embeddings.AsSpan((int)(context * model.dimension), model.dimension);
                        from.CopyTo(new Span<float>(states[count++], model.dimension));
                    }
                    stateOf[row * positions + position - first] = stateOfContext[context];
                }
            }
        }
    }

    // The oldest token counts least; a context that is not full reads row 0, as the original does.
    private long Context(ReadOnlySpan<ushort> tokens)
    {
        int full = architecture.Order - 1;
        long index = 0;
        for (int i = tokens.Length - 1; i >= tokens.Length - full && tokens.Length >= full; i--)
            index = index * architecture.VocabularySize + tokens[i];
        return index;
    }
}
