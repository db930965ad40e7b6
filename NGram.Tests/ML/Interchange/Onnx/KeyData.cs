using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace NGram.Tests.ML.Interchange.Onnx;

/// <summary>Random rows whose Context and Label are keys with dictionaries of any kind.</summary>
internal static class KeyData
{
    /// <summary>
    /// Keys whose dictionaries are those of two given lists, over rows of other values, some of which no dictionary has.
    /// </summary>
    public static IDataView Keys<T>(MLContext ml, int length, T[] context, T[] label, T[] values)
    {
        var dictionaries = ml.Data.LoadFromEnumerable(
            Enumerable
                .Range(0, Math.Max(context.Length, label.Length))
                .Select(i => new KeyRow<T>
                {
                    Context = [.. Enumerable.Repeat(context[i % context.Length], length)],
                    Label = label[i % label.Length],
                }),
            Definition<T>(length));
        return ToKeys(ml)
            .Fit(dictionaries)
            .Transform(ml.Data.LoadFromEnumerable(Rows(length, values, label, 200), Definition<T>(length)));
    }

    /// <summary>Keys of 60 tokens without KeyValues.</summary>
    public static IDataView PlainKeys<T>(MLContext ml, int rows) where T : struct, IBinaryInteger<T>
    {
        T[] values = [.. Enumerable.Range(0, 60).Select(T.CreateChecked)];
        var definition = Definition<T>(2);
        var type = new KeyDataViewType(typeof(T), 60);
        definition["Context"].ColumnType = new VectorDataViewType(type, 2);
        definition["Label"].ColumnType = type;
        return ml.Data.LoadFromEnumerable(Rows(2, values, values, rows), definition);
    }

    public static IEnumerable<KeyRow<T>> Rows<T>(int length, T[] context, T[] label, int rows)
    {
        var random = new Random(5);
        return
        [
            .. Enumerable
                .Range(0, rows)
                .Select(_ => new KeyRow<T> { Context = random.GetItems(context, length), Label = random.GetItems(label, 1)[0] }),
        ];
    }

    public static ValueToKeyMappingEstimator ToKeys(MLContext ml) =>
        ml.Transforms.Conversion.MapValueToKey([new InputOutputColumnPair("Context"), new InputOutputColumnPair("Label")]);

    public static SchemaDefinition Definition<T>(int length)
    {
        var definition = SchemaDefinition.Create(typeof(KeyRow<T>));
        definition["Context"].ColumnType = new VectorDataViewType(
            (PrimitiveDataViewType)((VectorDataViewType)definition["Context"].ColumnType).ItemType,
            length);
        return definition;
    }
}
