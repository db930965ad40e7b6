using Microsoft.ML;
using NGram.Data.Keys;

namespace NGram.ML.Estimators.Scoring;

/// <summary>
/// Prompts read from a column of keys, and what is computed from them at once. The column may have a dictionary of its own.
/// </summary>
internal abstract class PromptBatch
{
    private readonly KeyMap tokensOfKeys;
    private readonly int[] keys;
    private readonly ushort[] prompts;
    private readonly bool[] isKnown;

    /// <summary>Makes the buffers for at most <paramref name="batchSize"/> prompts.</summary>
    protected PromptBatch(int promptLength, KeyMap tokensOfKeys, int batchSize)
    {
        this.tokensOfKeys = tokensOfKeys;
        keys = new int[promptLength];
        prompts = new ushort[batchSize * promptLength];
        isKnown = new bool[batchSize];
    }

    /// <summary>Prompts of the current batch.</summary>
    public int Count { get; private set; }

    /// <summary>Whether the batch is full.</summary>
    public bool IsFull => Count == isKnown.Length;

    /// <summary>S: tokens of a prompt.</summary>
    protected int PromptLength => keys.Length;

    /// <summary>Row-major tokens [Count, S], 0 in place of unknown ones.</summary>
    protected ReadOnlySpan<ushort> Prompts => prompts.AsSpan(0, Count * PromptLength);

    /// <summary>Starts an empty batch.</summary>
    public void Clear() => Count = 0;

    /// <summary>Adds the prompt that the reader stands on.</summary>
    public void Add(KeyReader reader)
    {
        reader.Read(keys);
        isKnown[Count] = tokensOfKeys.TryMap(keys, prompts.AsSpan(Count * PromptLength, PromptLength));
        Count++;
    }

    /// <summary>Computes the added columns of the batch.</summary>
    public abstract void Compute();

    /// <summary>A getter of an added column.</summary>
    /// <param name="row">Index of the current row in the batch.</param>
    /// <param name="column">One of the added columns.</param>
    public abstract ValueGetter<TValue> CreateGetter<TValue>(Func<int> row, DataViewSchema.Column column);

    /// <summary>Whether a prompt of the batch has no missing or unknown token.</summary>
    protected bool IsKnown(int row) => isKnown[row];
}
