using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;

namespace NGram.ML.Evaluation;

/// <summary>
/// Which slot of Score belongs to a label's key: the one whose name is the label's text, since the scored data may have another
/// dictionary than the trainer's; without slot names or KeyValues the key's own place, as in
/// <c>MulticlassClassification.Evaluate</c>.
/// </summary>
internal static class LabelSlots
{
    /// <summary>The slot of every 0-based key, <see cref="KeyReader.Missing"/> where there is none.</summary>
    public static int[] Of(DataViewSchema.Column score, KeyColumn label)
    {
        int slots = ((VectorDataViewType)score.Type).Size;
        if (label.Values is null || !score.HasSlotNames())
            return [.. Enumerable.Range(0, label.Count).Select(key => key < slots ? key : KeyReader.Missing)];
        VBuffer<ReadOnlyMemory<char>> names = default;
        score.GetSlotNames(ref names);
        var slotOf = new Dictionary<string, int>(StringComparer.Ordinal);
        int slot = 0;
        foreach (var name in names.DenseValues())
            slotOf.TryAdd(name.ToString(), slot++);
        return [.. label.Values.Select(value => slotOf.GetValueOrDefault(KeyColumn.TextOf(value), KeyReader.Missing))];
    }
}
