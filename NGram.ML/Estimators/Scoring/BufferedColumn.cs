using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace NGram.ML.Estimators.Scoring;

/// <summary>The values of a column in the rows of a block, read while a cursor stands on each.</summary>
internal abstract class BufferedColumn
{
    private static readonly MethodInfo CreateVectors = Method(nameof(Vectors)), CreateValues = Method(nameof(Values));

    /// <summary>A buffer of a column of <paramref name="input"/>.</summary>
    /// <param name="input">The cursor.</param>
    /// <param name="column">One of its active columns.</param>
    /// <param name="rows">Rows of a block.</param>
    public static BufferedColumn Create(DataViewRow input, DataViewSchema.Column column, int rows)
    {
        var create = column.Type is VectorDataViewType vector
            ? CreateVectors.MakeGenericMethod(vector.ItemType.RawType)
            : CreateValues.MakeGenericMethod(column.Type.RawType);
        return (BufferedColumn)create.Invoke(null, [input, column, rows])!;
    }

    /// <summary>Reads the row that the input stands on.</summary>
    /// <param name="row">Its place in the block.</param>
    public abstract void Read(int row);

    /// <summary>A getter of what was read.</summary>
    /// <param name="row">The current row's place in the block.</param>
    /// <param name="column">The column, for the message where its values have another type.</param>
    public ValueGetter<TValue> CreateGetter<TValue>(Func<int> row, DataViewSchema.Column column) =>
        CreateGetter(row) as ValueGetter<TValue>
        ?? throw new InvalidOperationException(
            $"The column '{column.Name}' is {column.Type}; it cannot be read as {typeof(TValue).Name}.");

    private protected abstract Delegate CreateGetter(Func<int> row);

    private static Buffer<VBuffer<T>> Vectors<T>(DataViewRow input, DataViewSchema.Column column, int rows) =>
        new(input, column, rows, (in VBuffer<T> from, ref VBuffer<T> to) => from.CopyTo(ref to));

    private static Buffer<T> Values<T>(DataViewRow input, DataViewSchema.Column column, int rows) =>
        new(input, column, rows, (in T from, ref T to) => to = from);

    private static MethodInfo Method(string name) =>
        typeof(BufferedColumn).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;

    private delegate void Copy<T>(in T from, ref T to);

    private sealed class Buffer<T>(DataViewRow input, DataViewSchema.Column column, int rows, Copy<T> copy) : BufferedColumn
    {
        private readonly ValueGetter<T> read = input.GetGetter<T>(column);
        private readonly T[] values = new T[rows];

        public override void Read(int row) => read(ref values[row]);

        private protected override Delegate CreateGetter(Func<int> row) =>
            (ValueGetter<T>)((ref T destination) => copy(values[row()], ref destination));
    }
}
