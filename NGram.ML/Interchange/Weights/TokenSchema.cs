using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.Data.Views;

namespace NGram.ML.Interchange.Weights;

/// <summary>The columns Context and Label of a vocabulary that is known as text.</summary>
internal static class TokenSchema
{
    /// <summary>Whether the texts are the ids 0, 1, ... in order.</summary>
    public static bool AreIds(IReadOnlyList<string> vocabulary) =>
        vocabulary.Select((text, id) => text == id.ToString(CultureInfo.InvariantCulture)).All(isId => isId);

    /// <summary>Columns whose key k is token k - 1.</summary>
    /// <param name="vocabulary">Text of every token; null: the ids.</param>
    /// <param name="size">N.</param>
    /// <param name="promptLength">S.</param>
    public static DataViewSchema Create(IReadOnlyList<string>? vocabulary, int size, int promptLength)
    {
        var key = new KeyDataViewType(typeof(uint), size);
        var values = vocabulary is null ? KeyValues.OfTokenIds(size) : KeyValues.OfTexts(vocabulary);
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(SequenceColumns.Context, new VectorDataViewType(key, promptLength), values);
        builder.AddColumn(SequenceColumns.Label, key, values);
        return builder.ToSchema();
    }
}
