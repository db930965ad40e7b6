using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Checks;
using NGram.Data.Laws;

namespace NGram.Data.Keys;

/// <summary>A key-typed column with its dictionary: which value every key stands for.</summary>
internal sealed class KeyColumn
{
    private readonly DataViewSchema.Annotations annotations;

    private KeyColumn(DataViewSchema.Column column, KeyDataViewType type)
    {
        Name = column.Name;
        Type = type;
        Count = checked((int)type.Count);
        VectorSize = (column.Type as VectorDataViewType)?.Size;
        (Values, annotations) = KeyValues.Read(column, Count);
    }

    /// <summary>The column's name.</summary>
    public string Name { get; }

    /// <summary>Type of a key.</summary>
    public KeyDataViewType Type { get; }

    /// <summary>Number of keys.</summary>
    public int Count { get; }

    /// <summary>Keys of a row, where the column is a vector.</summary>
    public int? VectorSize { get; }

    /// <summary>What the keys stand for (text as string), by 0-based key; null if the column has no KeyValues.</summary>
    public IReadOnlyList<object>? Values { get; }

    /// <summary>The KeyValues annotation alone, to be carried by a column of the same keys.</summary>
    public DataViewSchema.Annotations Annotations => annotations;

    /// <summary>Describes the column <paramref name="name"/>.</summary>
    /// <exception cref="ArgumentException">
    /// It is missing, not a column of keys, or a vector where a scalar is asked for (or the other way round).
    /// </exception>
    public static KeyColumn Find(DataViewSchema schema, string name, bool isVector)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (schema.GetColumnOrNull(name) is not { } column)
        {
            throw new ArgumentException(
                $"The data has no column '{name}'; it has {string.Join(", ", schema.Select(c => c.Name))}.");
        }

        var vector = column.Type as VectorDataViewType;
        if ((vector?.ItemType ?? column.Type) is not KeyDataViewType type || isVector != vector is { Size: > 0 })
        {
            string remedy = isVector && vector is { Size: 0 }
                ? "; ml.NGrams.Windows makes such vectors of sequences of any length"
                : "";
            throw new ArgumentException($"The column '{name}' is {column.Type}; it must be {Requirement(isVector)}{remedy}.");
        }
        Require.InRange(type.Count, 1UL, (ulong)NGramLaw.LargestVocabulary, $"The number of keys of column '{name}'");
        return new KeyColumn(column, type);
    }

    /// <summary>What a column must be, for messages.</summary>
    public static string Requirement(bool isVector) => isVector
        ? "a vector of keys of known size (MapValueToKey makes one of a vector, Concatenate a vector of columns)"
        : "a key (MapValueToKey makes one)";

    /// <summary>Text of a token in the invariant culture.</summary>
    public static string TextOf(object token) => Convert.ToString(token, CultureInfo.InvariantCulture) ?? "";
}
