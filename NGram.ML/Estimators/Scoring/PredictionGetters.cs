using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace NGram.ML.Estimators.Scoring;

/// <summary>ML.NET's getters over a scorer: Score, and PredictedLabel in whichever key type Label has.</summary>
internal static class PredictionGetters
{
    /// <summary>A getter of the column that a schema of <see cref="PredictionColumns.Append"/> ends with.</summary>
    /// <param name="scorer">Holds the scores.</param>
    /// <param name="row">Index of the current row in the scorer's batch.</param>
    /// <param name="column">Score or PredictedLabel.</param>
    public static ValueGetter<TValue> Create<TValue>(PromptScorer scorer, Func<int> row, DataViewSchema.Column column)
    {
        Delegate getter = column.Type is VectorDataViewType ? Score(scorer, row)
            : column.Type.RawType == typeof(uint) ? Key<uint>(scorer, row)
            : column.Type.RawType == typeof(ushort) ? Key<ushort>(scorer, row)
            : column.Type.RawType == typeof(byte) ? Key<byte>(scorer, row)
            : Key<ulong>(scorer, row);
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"The column '{column.Name}' is {column.Type}; it cannot be read as {typeof(TValue).Name}.");
    }

    private static ValueGetter<VBuffer<float>> Score(PromptScorer scorer, Func<int> row) => (ref VBuffer<float> destination) =>
    {
        var scores = scorer[row()];
        var editor = VBufferEditor.Create(ref destination, scores.Length);
        scores.CopyTo(editor.Values);
        destination = editor.Commit();
    };

    private static ValueGetter<T> Key<T>(PromptScorer scorer, Func<int> row) where T : unmanaged, IBinaryInteger<T> =>
        (ref T destination) => destination = T.CreateTruncating(scorer.PredictedKey(row()));
}
