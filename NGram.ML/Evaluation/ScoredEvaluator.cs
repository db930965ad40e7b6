using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using NGram.Data.Keys;
using NGram.ML.Prediction;

namespace NGram.ML.Evaluation;

/// <summary>One pass over scored rows; memory does not grow with them.</summary>
internal sealed class ScoredEvaluator(MLContext context, EvaluationOptions options)
{
    // As in the training's loss, so that a probability of 0 has a finite logarithm.
    public const double Epsilon = 1e-12;

    /// <summary>The metrics of the rows whose label and context are known; the others are counted in the log.</summary>
    public NextTokenMetrics Evaluate(IDataView scored)
    {
        options.Validate();
        var label = KeyColumn.Find(scored.Schema, options.LabelColumn, isVector: false);
        var prompt = KeyColumn.Find(scored.Schema, options.ContextColumn, isVector: true);
        if (
            scored.Schema.GetColumnOrNull(options.ScoreColumn) is not { Type: VectorDataViewType { Size: > 0 } type } score
            || type.ItemType != NumberDataViewType.Single)
        {
            throw new ArgumentException(
                $"The column '{options.ScoreColumn}' must be a vector of Single; a trainer's Transform adds it.");
        }

        int[] slotOfKey = LabelSlots.Of(score, label);
        int[] tokenOfKey = options.Distribution is { } distribution
            ? Vocabulary
                .Create(scored.Schema, options.ContextColumn, options.LabelColumn, distribution.VocabularySize)
                .TokensOf(prompt)
            : [.. Enumerable.Range(0, prompt.Count)];

        double[]? law = options.Distribution is null ? null : new double[options.Distribution.VocabularySize];
        ushort[] tokens = new ushort[prompt.VectorSize!.Value];
        int[] keys = new int[tokens.Length];
        long rows = 0, skipped = 0, best = 0, among = 0;
        double loss = 0, bestAccuracy = 0;
        VBuffer<float> scores = default;
        float[] probabilities = new float[type.Size];
        using var cursor = scored.GetRowCursor([scored.Schema[options.LabelColumn], scored.Schema[options.ContextColumn], score]);
        KeyReader readLabel = KeyReader.Create(cursor, scored.Schema[options.LabelColumn]),
            readPrompt = KeyReader.Create(cursor, scored.Schema[options.ContextColumn]);
        var readScores = cursor.GetGetter<VBuffer<float>>(score);
        Span<int> labelKey = stackalloc int[1];
        while (cursor.MoveNext())
        {
            if ((cursor.Position & 0xFFF) == 0)
                options.CancellationToken.ThrowIfCancellationRequested();
            readLabel.Read(labelKey);
            readPrompt.Read(keys);
            int slot = Map(labelKey[0], slotOfKey);
            if (slot < 0 || !TryMap(keys, tokenOfKey, tokens))
            {
                skipped++;
                continue;
            }
            readScores(ref scores);
            scores.CopyTo(probabilities);
            int rank = TopTokens.Rank(probabilities, slot);
            rows++;
            loss -= Math.Log(probabilities[slot] + Epsilon);
            best += rank == 0 ? 1 : 0;
            among += rank < options.TopK ? 1 : 0;
            if (law is not null)
            {
                options.Distribution!.GetProbabilities(tokens, law);
                bestAccuracy += law.Max();
            }
        }
        if (rows == 0)
        {
            throw new InvalidOperationException(skipped == 0
                ? "The data has no rows."
                : $"All {skipped} rows have a missing or unknown token in '{options.ContextColumn}' or '{options.LabelColumn}'.");
        }

        if (skipped > 0)
            Log($"{skipped} rows with a missing or unknown token were skipped.");
        double crossEntropy = loss / rows;
        return new NextTokenMetrics
        {
            Rows = rows,
            CrossEntropy = crossEntropy,
            Divergence = options.Distribution is null ? null : crossEntropy - options.Distribution.EntropyAt(tokens.Length),
            Accuracy = (double)best / rows,
            TopKAccuracy = (double)among / rows,
            TopK = options.TopK,
            BestAccuracy = options.Distribution is null ? null : bestAccuracy / rows,
            Bounds = options.Bounds ?? [],
        };
    }

    private void Log(string message)
    {
        using var channel = ((IHostEnvironment)context).Start("NGram");
        channel.Warning(MessageSensitivity.None, message);
    }

    private static int Map(int key, int[] values) => (uint)key < (uint)values.Length ? values[key] : KeyReader.Missing;

    private static bool TryMap(int[] keys, int[] values, ushort[] tokens)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            int token = Map(keys[i], values);
            if (token < 0)
                return false;
            tokens[i] = (ushort)token;
        }
        return true;
    }
}
