using Microsoft.ML;
using Microsoft.ML.Data;

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
        scoreAnnotations.Add(SlotNames, new VectorDataViewType(TextDataViewType.Instance, names.Length), (ref VBuffer<ReadOnlyMemory<char>> destination) =>
        {
            var editor = VBufferEditor.Create(ref destination, names.Length);
            for (int i = 0; i < names.Length; i++)
                editor.Values[i] = names[i].AsMemory();
            destination = editor.Commit();
        });
        builder.AddColumn(Score, new VectorDataViewType(NumberDataViewType.Single, names.Length), scoreAnnotations.ToAnnotations());
        builder.AddColumn(PredictedLabel, slots.LabelType, slots.LabelAnnotations);
        return builder.ToSchema();
    }

    /// <summary>
    /// The shape of the output, taken from stock parts with the same columns, since ML.NET keeps the constructor of a shape's
    /// column to itself.
    /// </summary>
    public static SchemaShape Shape(MLContext context, SchemaShape input, FitOptions options)
    {
        const string features = "__NGramFeatures";
        var withFeatures = context.Transforms.Conversion.MapKeyToVector(features, options.ContextColumn).GetOutputSchema(input);
        var output = context.MulticlassClassification.Trainers.NaiveBayes(options.LabelColumn, features).GetOutputSchema(withFeatures);
        return new SchemaShape(output.Where(column => column.Name != features));
    }
}
