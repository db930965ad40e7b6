using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;

namespace NGram.ML.Estimators;

/// <summary>The columns that a prediction adds: Score and PredictedLabel.</summary>
internal static class PredictionColumns
{
    /// <summary>N probabilities of the next token: those of Label's keys first, in their order, as Evaluate reads them.</summary>
    public const string Score = "Score";

    /// <summary>The most probable token, as a key of Label's type.</summary>
    public const string PredictedLabel = "PredictedLabel";

    private const string SlotNames = "SlotNames";

    /// <summary>The input's columns followed by the predictions.</summary>
    public static DataViewSchema Append(DataViewSchema input, ScoreSlots slots)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(input);
        string[] names = slots.Names;
        var scoreAnnotations = new DataViewSchema.Annotations.Builder();
        scoreAnnotations.Add(
            SlotNames,
            new VectorDataViewType(TextDataViewType.Instance, names.Length),
            (ref VBuffer<ReadOnlyMemory<char>> destination) =>
            {
                var editor = VBufferEditor.Create(ref destination, names.Length);
                for (int i = 0; i < names.Length; i++)
                    editor.Values[i] = names[i].AsMemory();
                destination = editor.Commit();
            });
        builder.AddColumn(
            Score,
            new VectorDataViewType(NumberDataViewType.Single, names.Length),
            scoreAnnotations.ToAnnotations());
        builder.AddColumn(PredictedLabel, slots.LabelType, slots.LabelAnnotations);
        return builder.ToSchema();
    }

    /// <summary>
    /// The shape of the output, taken from stock parts with the same columns, since ML.NET keeps the constructor of a shape's
    /// column to itself.
    /// </summary>
    /// <exception cref="ArgumentException">A column is missing or has another shape; the message names it.</exception>
    public static SchemaShape Shape(MLContext context, SchemaShape input, FitOptions options)
    {
        RequireKey(input, options.ContextColumn, isVector: true);
        RequireKey(input, options.LabelColumn, isVector: false);
        var transforms = context.Transforms;
        var scored = transforms.Conversion.MapKeyToVector(Score, options.ContextColumn).GetOutputSchema(input);
        return transforms.CopyColumns(PredictedLabel, options.LabelColumn).GetOutputSchema(scored);
    }

    private static void RequireKey(SchemaShape input, string name, bool isVector)
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
            throw new ArgumentException(
                $"The column '{name}' is {(isScalar ? "a" : "a vector of")} {(column.IsKey ? "key" : column.ItemType)}; it must be {KeyColumn.Requirement(isVector)}."
            );
        }
    }
}
