using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.ML.Estimators.Scoring;

namespace NGram.ML.Evaluation;

/// <summary>A cursor over the scored rows whose label and prompt are known; the others are skipped and counted.</summary>
internal sealed class ScoredRows : IDisposable
{
    // Rows between two looks at the cancellation token.
    private const int LookMask = 0xFFF;

    // What the sum of a large vocabulary's probabilities in float32 may differ from 1.
    private const double Rounding = 1e-3;

    private readonly CancellationToken cancellation;
    private readonly string scoreColumn;
    private readonly KeyMap slotOfKey, tokenOfKey;
    private readonly DataViewRowCursor cursor;
    private readonly KeyReader readLabel, readPrompt;
    private readonly ValueGetter<VBuffer<float>> readScores;
    private readonly int[] labelKey = new int[1], promptKeys;
    private readonly ushort[] prompt;
    private readonly float[] scores;
    private VBuffer<float> buffer;

    /// <summary>Opens the rows.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type, or does not fit the law.</exception>
    public ScoredRows(IDataView scored, EvaluationOptions options)
    {
        (cancellation, scoreColumn) = (options.CancellationToken, options.ScoreColumn);
        var schema = scored.Schema;
        KeyColumn label = KeyColumn.Find(schema, options.LabelColumn, isVector: false),
            context = KeyColumn.Find(schema, options.ContextColumn, isVector: true);
        var score = FindScore(schema, options.ScoreColumn, out int slots);
        slotOfKey = ScoreSlots.OfLabel(score, label);
        tokenOfKey = TokensOf(context, schema, options);
        promptKeys = new int[context.VectorSize!.Value];
        prompt = new ushort[promptKeys.Length];
        scores = new float[slots];
        cursor = scored.GetRowCursor([schema[options.LabelColumn], schema[options.ContextColumn], score]);
        readLabel = KeyReader.Create(cursor, schema[options.LabelColumn]);
        readPrompt = KeyReader.Create(cursor, schema[options.ContextColumn]);
        readScores = cursor.GetGetter<VBuffer<float>>(score);
    }

    /// <summary>S: tokens of a prompt.</summary>
    public int PromptLength => prompt.Length;

    /// <summary>Rows left out so far, with a missing or unknown token.</summary>
    public long Skipped { get; private set; }

    /// <summary>The row's tokens, by the law's ids.</summary>
    public ReadOnlySpan<ushort> Prompt => prompt;

    /// <summary>Its probabilities, by slot.</summary>
    public ReadOnlySpan<float> Scores => scores;

    /// <summary>The slot of its label.</summary>
    public int LabelSlot { get; private set; }

    /// <summary>Goes to the next row whose tokens are known.</summary>
    public bool MoveNext()
    {
        while (cursor.MoveNext())
        {
            if ((cursor.Position & LookMask) == 0)
                cancellation.ThrowIfCancellationRequested();
            readLabel.Read(labelKey);
            readPrompt.Read(promptKeys);
            LabelSlot = slotOfKey[labelKey[0]];
            if (LabelSlot < 0 || !tokenOfKey.TryMap(promptKeys, prompt))
            {
                Skipped++;
                continue;
            }
            readScores(ref buffer);
            buffer.CopyTo(scores);
            RequireProbabilities();
            return true;
        }
        return false;
    }

    /// <summary>Closes the cursor.</summary>
    public void Dispose() => cursor.Dispose();

    // Margins, distances and rows without a prediction would end as a NaN or as a figure that means nothing.
    private void RequireProbabilities()
    {
        double sum = TensorPrimitives.Sum<float>(scores);
        if (TensorPrimitives.Min<float>(scores) >= -Rounding && Math.Abs(sum - 1) <= Rounding)
            return;
        throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"The scores in '{scoreColumn}' are not probabilities: in row {cursor.Position} they sum to {sum:G4}. ")
            + "Give those of a model of NGram or of a multiclass trainer that has probabilities.");
    }

    private static DataViewSchema.Column FindScore(DataViewSchema schema, string name, out int slots)
    {
        if (schema.GetColumnOrNull(name) is not { Type: VectorDataViewType { Size: > 0 } type } score
            || type.ItemType != NumberDataViewType.Single)
        {
            throw new ArgumentException($"The column '{name}' must be a vector of Single; a trainer's Transform adds it.");
        }

        slots = type.Size;
        return score;
    }

    // Without a law the tokens only have to be there.
    private static KeyMap TokensOf(KeyColumn context, DataViewSchema schema, EvaluationOptions options) =>
        options.Distribution?.VocabularySize is { } size
            ? new(Vocabulary.Create(schema, options.ContextColumn, options.LabelColumn, size).TokensOf(context))
            : new([.. Enumerable.Range(0, context.Count)]);
}
