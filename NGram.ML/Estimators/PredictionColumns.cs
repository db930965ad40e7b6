using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.ML.Estimators.Scoring;

namespace NGram.ML.Estimators;

/// <summary>The columns that a prediction adds, Score and PredictedLabel, annotated as stock multiclass trainers do.</summary>
internal static class PredictionColumns
{
    /// <summary>N probabilities of the next token: those of Label's keys first, in their order, as Evaluate reads them.</summary>
    public const string Score = "Score";

    /// <summary>The most probable token, as a key of Label's type.</summary>
    public const string PredictedLabel = "PredictedLabel";

    // ML.NET's names of annotations.
    private const string SlotNames = "SlotNames",
        TrainingLabelValues = "TrainingLabelValues",
        SetId = "ScoreColumnSetId",
        Kind = "ScoreColumnKind",
        ValueKind = "ScoreValueKind";

    private static readonly KeyDataViewType SetIdType = new(typeof(uint), int.MaxValue);

    /// <summary>The input's columns followed by the predictions.</summary>
    public static DataViewSchema Append(DataViewSchema input, NextTokenOptions options, ScoreSlots slots, Vocabulary vocabulary)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        uint set = NextSet(input);
        var score = Annotations(set, "Score");
        AddValues(score, SlotNames, [.. slots.Names.Select(name => name.AsMemory())], TextDataViewType.Instance);
        if (LabelValues(slots, vocabulary) is { } values)
            score.Add(values, name => name == TrainingLabelValues);
        var predicted = Annotations(set, "PredictedLabel");
        predicted.Add(slots.LabelAnnotations, name => name == KeyValues.Name);
        var type = new VectorDataViewType(NumberDataViewType.Single, slots.Count);
        builder.AddColumn(options.ScoreColumnName, type, score.ToAnnotations());
        builder.AddColumn(options.PredictedLabelColumnName, slots.LabelType, predicted.ToAnnotations());
        return builder.ToSchema();
    }

    /// <summary>The shape of <see cref="Append"/>'s schema, known before there is data.</summary>
    /// <exception cref="ArgumentException">A column is missing or has another shape; the message names it.</exception>
    public static SchemaShape Shape(SchemaShape input, NextTokenOptions options)
    {
        RequireKey(input, options.ContextColumnName, isVector: true);
        var label = RequireKey(input, options.LabelColumnName, isVector: false);
        var keyValues = label.Annotations.Where(annotation => annotation.Name == KeyValues.Name).ToArray();
        SchemaShape.Column[] set =
        [
            ColumnShape.Scalar(SetId, NumberDataViewType.UInt32, isKey: true),
            ColumnShape.Scalar(Kind, TextDataViewType.Instance),
            ColumnShape.Scalar(ValueKind, TextDataViewType.Instance),
        ];
        var score = new SchemaShape(
        [
            ColumnShape.Vector(SlotNames, TextDataViewType.Instance),
            .. keyValues.Select(values => ColumnShape.Vector(TrainingLabelValues, values.ItemType)),
            .. set,
        ]);
        var predicted = new SchemaShape([.. keyValues, .. set]);
        SchemaShape.Column[] added =
        [
            ColumnShape.Vector(options.ScoreColumnName, NumberDataViewType.Single, score),
            ColumnShape.Scalar(options.PredictedLabelColumnName, label.ItemType, isKey: true, predicted),
        ];
        return new SchemaShape([.. input.Where(column => added.All(other => other.Name != column.Name)), .. added]);
    }

    private static SchemaShape.Column RequireKey(SchemaShape input, string name, bool isVector)
    {
        var found = input.Where(c => c.Name == name).ToArray();
        if (found is not [.., var column])
        {
            throw new ArgumentException(
                $"The data has no column '{name}'; it has {string.Join(", ", input.Select(c => c.Name))}.");
        }

        bool isScalar = column.Kind == SchemaShape.Column.VectorKind.Scalar;
        if (!column.IsKey || isScalar == isVector)
        {
            string kind = isScalar ? "a" : "a vector of", type = column.IsKey ? "key" : $"{column.ItemType}";
            throw new ArgumentException($"The column '{name}' is {kind} {type}; it must be {KeyColumn.Requirement(isVector)}.");
        }

        return column;
    }

    /// <summary>Columns of one trainer share a number: one more than those of the trainers before it.</summary>
    private static uint NextSet(DataViewSchema input)
    {
        uint last = 0;
        foreach (var column in input)
        {
            if (column.Annotations.Schema.GetColumnOrNull(SetId) is { } id && id.Type.RawType == typeof(uint))
            {
                uint value = 0;
                column.Annotations.GetValue(SetId, ref value);
                last = Math.Max(last, value);
            }
        }

        return last + 1;
    }

    private static DataViewSchema.Annotations.Builder Annotations(uint set, string valueKind)
    {
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(SetId, SetIdType, (ref uint value) => value = set);
        AddText(builder, Kind, "MulticlassClassification");
        AddText(builder, ValueKind, valueKind);
        return builder;
    }

    private static void AddText(DataViewSchema.Annotations.Builder builder, string name, string text) =>
        builder.Add(name, TextDataViewType.Instance, (ref ReadOnlyMemory<char> value) => value = text.AsMemory());

    private static void AddValues<T>(
        DataViewSchema.Annotations.Builder builder,
        string name,
        T[] values,
        PrimitiveDataViewType type) =>
        builder.Add(name, new VectorDataViewType(type, values.Length), (ref VBuffer<T> destination) =>
        {
            var editor = VBufferEditor.Create(ref destination, values.Length);
            values.CopyTo(editor.Values);
            destination = editor.Commit();
        });

    /// <summary>The value of every slot in the type of the label's own; null if the label has none.</summary>
    private static DataViewSchema.Annotations? LabelValues(ScoreSlots slots, Vocabulary vocabulary)
    {
        if (vocabulary.Label.Values is not { } labels)
            return null;
        object[] values = [.. labels, .. slots.Tokens.Skip(labels.Count).Select(token => vocabulary.Values[token])];
        return KeyValues.Of(values, slots.LabelAnnotations, TrainingLabelValues);
    }
}
