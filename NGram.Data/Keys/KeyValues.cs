using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace NGram.Data.Keys;

/// <summary>Reading and writing ML.NET's KeyValues annotation, whatever the type of its values.</summary>
internal static class KeyValues
{
    /// <summary>The annotation's name.</summary>
    public const string Name = "KeyValues";

    private static readonly MethodInfo AnnotateTyped = typeof(KeyValues).GetMethod(
        nameof(Cast),
        BindingFlags.NonPublic | BindingFlags.Static
    )!;
    private static readonly MethodInfo ReadTyped = typeof(KeyValues).GetMethod(
        nameof(Copy),
        BindingFlags.NonPublic | BindingFlags.Static
    )!;

    /// <summary>A KeyValues annotation with Int32 values 0, 1, ..., count - 1: token ids.</summary>
    public static DataViewSchema.Annotations OfTokenIds(int count)
    {
        int[] ids = [.. Enumerable.Range(0, count)];
        return Annotate(ids, NumberDataViewType.Int32);
    }

    /// <summary>A KeyValues annotation with the tokens' texts.</summary>
    public static DataViewSchema.Annotations OfTexts(IEnumerable<string> texts)
    {
        ReadOnlyMemory<char>[] values = [.. texts.Select(text => text.AsMemory())];
        return Annotate(values, TextDataViewType.Instance);
    }

    /// <summary>
    /// An annotation of any values, of the type that <paramref name="like"/> has, as text where one is of another type.
    /// </summary>
    internal static DataViewSchema.Annotations Of(
        IReadOnlyList<object> values,
        DataViewSchema.Annotations like,
        string name = Name)
    {
        if (
            like.Schema.GetColumnOrNull(Name)?.Type
                is VectorDataViewType { ItemType: PrimitiveDataViewType and not TextDataViewType } type
            && values.All(value => value.GetType() == type.ItemType.RawType))
        {
            return (DataViewSchema.Annotations)
                AnnotateTyped.MakeGenericMethod(type.ItemType.RawType).Invoke(null, [values, type.ItemType, name])!;
        }

        return Annotate(values.Select(value => KeyColumn.TextOf(value).AsMemory()).ToArray(), TextDataViewType.Instance, name);
    }

    /// <summary>The dictionary of a key column; null and no annotation where it has none (or one of another length).</summary>
    internal static (IReadOnlyList<object>? Values, DataViewSchema.Annotations Annotations) Read(
        DataViewSchema.Column column,
        int count)
    {
        if (
            column.Annotations.Schema.GetColumnOrNull(Name)?.Type
                is not VectorDataViewType { ItemType: PrimitiveDataViewType item } type
            || type.Size != count)
        {
            return (null, DataViewSchema.Annotations.Empty);
        }

        return ((IReadOnlyList<object>?, DataViewSchema.Annotations))
            ReadTyped.MakeGenericMethod(item.RawType).Invoke(null, [column, item])!;
    }

    private static (IReadOnlyList<object>? Values, DataViewSchema.Annotations Annotations) Copy<T>(
        DataViewSchema.Column column,
        PrimitiveDataViewType item)
    {
        VBuffer<T> buffer = default;
        column.Annotations.GetValue(Name, ref buffer);
        T[] values = [.. buffer.DenseValues()];
        return (
            [.. values.Select(value => value is ReadOnlyMemory<char> text ? text.ToString() : (object)value!)],
            Annotate(values, item));
    }

    private static DataViewSchema.Annotations Cast<T>(
        IReadOnlyList<object> values,
        PrimitiveDataViewType item,
        string name) => Annotate(values.Cast<T>().ToArray(), item, name);

    private static DataViewSchema.Annotations Annotate<T>(T[] values, PrimitiveDataViewType item, string name = Name)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(name, new VectorDataViewType(item, values.Length), (ref VBuffer<T> destination) =>
        {
            var editor = VBufferEditor.Create(ref destination, values.Length);
            values.CopyTo(editor.Values);
            destination = editor.Commit();
        });
        return builder.ToAnnotations();
    }
}
