using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace NGram.Data.Views;

/// <summary>Reading and writing ML.NET's KeyValues annotation, whatever the type of its values.</summary>
public static class KeyValues
{
    /// <summary>The annotation's name.</summary>
    public const string Name = "KeyValues";

    private static readonly MethodInfo ReadTyped = typeof(KeyValues).GetMethod(nameof(Copy), BindingFlags.NonPublic | BindingFlags.Static)!;

    /// <summary>A KeyValues annotation with Int32 values 0, 1, ..., count - 1: token ids.</summary>
    public static DataViewSchema.Annotations OfTokenIds(int count)
    {
        int[] ids = [.. Enumerable.Range(0, count)];
        return Annotate(ids, NumberDataViewType.Int32);
    }

    /// <summary>The dictionary of a key column; null and no annotation where it has none (or one of another length).</summary>
    internal static (IReadOnlyList<object>? Values, DataViewSchema.Annotations Annotations) Read(DataViewSchema.Column column, int count)
    {
        if (column.Annotations.Schema.GetColumnOrNull(Name)?.Type is not VectorDataViewType { ItemType: PrimitiveDataViewType item } type || type.Size != count)
            return (null, DataViewSchema.Annotations.Empty);
        return ((IReadOnlyList<object>?, DataViewSchema.Annotations))ReadTyped.MakeGenericMethod(item.RawType).Invoke(null, [column, item])!;
    }

    private static (IReadOnlyList<object>? Values, DataViewSchema.Annotations Annotations) Copy<T>(DataViewSchema.Column column, PrimitiveDataViewType item)
    {
        VBuffer<T> buffer = default;
        column.Annotations.GetValue(Name, ref buffer);
        T[] values = [.. buffer.DenseValues()];
        return ([.. values.Select(value => value is ReadOnlyMemory<char> text ? text.ToString() : (object)value!)], Annotate(values, item));
    }

    private static DataViewSchema.Annotations Annotate<T>(T[] values, PrimitiveDataViewType item)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(Name, new VectorDataViewType(item, values.Length), (ref VBuffer<T> destination) =>
        {
            var editor = VBufferEditor.Create(ref destination, values.Length);
            values.CopyTo(editor.Values);
            destination = editor.Commit();
        });
        return builder.ToAnnotations();
    }
}
