using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;

namespace NGram.ML.Estimators.Scoring;

/// <summary>
/// Which token a slot of Score belongs to. Label's keys come first and in their order, because
/// <c>MulticlassClassification.Evaluate</c> takes slot k - 1 for label key k; tokens that are not labels follow.
/// </summary>
internal sealed class ScoreSlots
{
    private readonly int[] tokens;
    private readonly int labels;

    public ScoreSlots(Vocabulary vocabulary)
    {
        LabelType = vocabulary.Label.Type;
        LabelAnnotations = vocabulary.Label.Annotations;
        labels = vocabulary.LabelTokens.Count;
        tokens = [.. vocabulary.LabelTokens, .. Enumerable.Range(0, vocabulary.Size).Except(vocabulary.LabelTokens)];
        AreTokens = tokens.AsSpan().SequenceEqual(Enumerable.Range(0, tokens.Length).ToArray());
        Names = [.. tokens.Select(token => KeyColumn.TextOf(vocabulary.Values[token]))];
    }

    /// <summary>
    /// The slot of every key of a label column: the one whose name is the label's text, since the scored data may have another
    /// dictionary than the trainer's; without slot names or KeyValues the key's own place, as in
    /// <c>MulticlassClassification.Evaluate</c>.
    /// </summary>
    public static KeyMap OfLabel(DataViewSchema.Column score, KeyColumn label)
    {
        int slots = ((VectorDataViewType)score.Type).Size;
        if (label.Values is null || !score.HasSlotNames())
            return new([.. Enumerable.Range(0, label.Count).Select(key => key < slots ? key : KeyReader.Missing)]);
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        var slotOf = new Dictionary<string, int>(StringComparer.Ordinal);
        int slot = 0;
        foreach (var name in names.DenseValues())
            slotOf.TryAdd(name.ToString(), slot++);
        return new([.. label.Values.Select(value => slotOf.GetValueOrDefault(KeyColumn.TextOf(value), KeyReader.Missing))]);
    }

    /// <summary>The token of every slot.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>N: number of slots.</summary>
    public int Count => tokens.Length;

    /// <summary>Text of the token of every slot.</summary>
    public string[] Names { get; }

    /// <summary>Type of PredictedLabel.</summary>
    public KeyDataViewType LabelType { get; }

    /// <summary>KeyValues of PredictedLabel.</summary>
    public DataViewSchema.Annotations LabelAnnotations { get; }

    /// <summary>Whether every token's slot is its own number, so that nothing has to be arranged.</summary>
    public bool AreTokens { get; }

    /// <summary>Probabilities by token to probabilities by slot.</summary>
    public void Arrange(ReadOnlySpan<float> byToken, Span<float> bySlot)
    {
        for (int slot = 0; slot < tokens.Length; slot++)
            bySlot[slot] = byToken[tokens[slot]];
    }

    /// <summary>
    /// The key (1-based) of the greatest score, the lowest slot on ties; 0, missing, where the best token is not a label.
    /// </summary>
    public uint KeyOfBest(ReadOnlySpan<float> bySlot)
    {
        int best = TensorPrimitives.IndexOfMax(bySlot);
        return best < labels ? TokenKey.Of((ushort)best) : TokenKey.Missing;
    }
}
