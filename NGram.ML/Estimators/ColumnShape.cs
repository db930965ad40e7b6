using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace NGram.ML.Estimators;

/// <summary>Columns of a <see cref="SchemaShape"/>, whose constructor ML.NET keeps to itself.</summary>
internal static class ColumnShape
{
    /// <summary>A single value or key.</summary>
    public static SchemaShape.Column Scalar(
        string name,
        DataViewType type,
        bool isKey = false,
        SchemaShape? annotations = null
    ) => Create(name, SchemaShape.Column.VectorKind.Scalar, type, isKey, annotations);

    /// <summary>A vector of values whose length is known once there is data.</summary>
    public static SchemaShape.Column Vector(string name, DataViewType type, SchemaShape? annotations = null) =>
        Create(name, SchemaShape.Column.VectorKind.Vector, type, isKey: false, annotations);

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    private static extern SchemaShape.Column Create(
        string name, SchemaShape.Column.VectorKind kind, DataViewType itemType, bool isKey, SchemaShape? annotations);
}
