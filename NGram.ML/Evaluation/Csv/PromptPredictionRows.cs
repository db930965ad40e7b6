using System.Numerics.Tensors;
using System.Text;
using NGram.Data.Distributions;
using NGram.Data.IO;
using NGram.ML.Prediction;

namespace NGram.ML.Evaluation.Csv;

/// <summary>
/// What a model predicts after every prompt of a law, as CSV, a row for each prompt as it comes: the columns of
/// <c>EvaluateContexts</c>, then Top1, Top1Probability, ... as the model has them.
/// </summary>
internal sealed class PromptPredictionRows
{
    private readonly TokenCells cells;
    private readonly int[] top;
    private readonly CsvBuffer rows;

    /// <param name="stream">Receives the file.</param>
    /// <param name="vocabularySize">N.</param>
    /// <param name="texts">What the law's tokens are written as; null: their ids.</param>
    /// <param name="topK">k.</param>
    public PromptPredictionRows(Stream stream, int vocabularySize, IReadOnlyList<string>? texts, int topK)
    {
        rows = new(stream);
        cells = new(vocabularySize, texts);
        top = new int[Math.Min(topK, vocabularySize)];
        rows.Append(
            Encoding.UTF8.GetBytes(
                "Context,Probability,Prediction,PredictionProbability,Best,BestProbability,Divergence,Memorised,"
                    + TokenCells.TopColumns(top.Length)));
        rows.EndRow();
    }

    /// <summary>Appends a row.</summary>
    public void Add(Prompt prompt, ReadOnlySpan<double> law, LogitRow prediction)
    {
        int best = TensorPrimitives.IndexOfMax(law);
        cells.AppendContext(rows, prompt.Tokens);
        rows.Cell(prompt.Probability);
        rows.Cell(cells[prediction.Best]);
        rows.Cell(law[prediction.Best]);
        rows.Cell(cells[best]);
        rows.Cell(law[best]);
        rows.Cell(prediction.Divergence(law));
        rows.Cell(prediction.IsMemorised(law));
        prediction.FindBest(top);
        foreach (int token in top)
        {
            rows.Cell(cells[token]);
            rows.Cell(prediction.Probability(token));
        }
        rows.EndRow();
    }

    /// <summary>Writes what is in the buffer.</summary>
    public void Flush() => rows.Flush();
}
