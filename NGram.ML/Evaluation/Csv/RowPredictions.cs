using System.Text;
using NGram.Data.IO;
using NGram.ML.Models;
using NGram.ML.Prediction;

namespace NGram.ML.Evaluation.Csv;

/// <summary>
/// What a model predicts for every sequence, as CSV, row by row. Columns: Row (from 1), Context (its tokens, separated by
/// spaces), Label, LabelProbability (under the model), Correct (whether the label is the prediction), Token (the prediction),
/// Probability (its probability), then Top1, Top1Probability, ... in descending order. What follows from the context alone is
/// formatted once for each different prompt.
/// </summary>
internal sealed class RowPredictions
{
    // Text of prompts that is kept: 64 MB.
    private const int MostBytes = 1 << 26;

    // Of float32: a smaller number has fewer digits, or none.
    private const double SmallestNormal = 1.17549435e-38;

    private readonly TokenCells cells;
    private readonly int[] top;
    private readonly bool isSingle;
    private readonly CsvBuffer rows, prompt = new();
    private readonly List<(byte[] Cells, int ContextLength)?> prompts = []; // by their places
    private readonly int mostBytes;
    private int bytes;

    /// <param name="stream">Receives the file.</param>
    /// <param name="architecture">Of the model.</param>
    /// <param name="texts">What its tokens are written as; null: their ids.</param>
    /// <param name="topK">k.</param>
    /// <param name="mostBytes">How much text of prompts is kept.</param>
    public RowPredictions(
        Stream stream,
        Architecture architecture,
        IReadOnlyList<string>? texts,
        int topK,
        int mostBytes = MostBytes)
    {
        this.mostBytes = mostBytes;
        rows = new(stream);
        cells = new(architecture.VocabularySize, texts);
        isSingle = architecture.Precision == ModelPrecision.Float32;
        top = new int[Math.Min(topK, architecture.VocabularySize)];
        rows.Append(
            Encoding.UTF8.GetBytes(
                "Row,Context,Label,LabelProbability,Correct,Token,Probability," + TokenCells.TopColumns(top.Length)));
        rows.EndRow();
    }

    /// <summary>Appends a row.</summary>
    /// <param name="row">Its number, from 1.</param>
    /// <param name="place">Of the prompt among <see cref="PromptCache"/>.</param>
    /// <param name="sequence">Prompt and label.</param>
    /// <param name="logits">After the prompt.</param>
    /// <param name="logSum">What a logit exceeds its log-probability by.</param>
    /// <param name="isCorrect">Whether the label is the first of the greatest probability.</param>
    public void Add(
        long row,
        int place,
        ReadOnlySpan<ushort> sequence,
        ReadOnlySpan<double> logits,
        double logSum,
        bool isCorrect)
    {
        if (bytes > mostBytes)
            Clear();
        while (prompts.Count <= place)
            prompts.Add(null);
        var (ofPrompt, contextLength) = prompts[place] ??= Format(sequence[..^1], logits, logSum);
        rows.Cell(row);
        rows.Append(ofPrompt.AsSpan(0, contextLength));
        rows.Cell(cells[sequence[^1]]);
        AppendProbability(rows, logits[sequence[^1]] - logSum);
        rows.Cell(isCorrect);
        rows.Append(ofPrompt.AsSpan(contextLength));
        rows.EndRow();
    }

    /// <summary>Forgets the prompts: their places get others.</summary>
    public void Clear()
    {
        prompts.Clear();
        bytes = 0;
    }

    /// <summary>Writes what is in the buffer.</summary>
    public void Flush() => rows.Flush();

    private (byte[] Cells, int ContextLength) Format(ReadOnlySpan<ushort> context, ReadOnlySpan<double> logits, double logSum)
    {
        prompt.Clear();
        cells.AppendContext(prompt, context);
        int contextLength = prompt.Length;
        TopTokens.Find(logits, top);
        Append(top[0], logits[top[0]] - logSum);
        foreach (int token in top)
            Append(token, logits[token] - logSum);
        bytes += prompt.Length;
        return (prompt.Written.ToArray(), contextLength);
    }

    private void Append(int token, double logProbability)
    {
        prompt.Cell(cells[token]);
        AppendProbability(prompt, logProbability);
    }

    // With the digits of the model's precision: those beyond them are noise, and half of the file.
    private void AppendProbability(CsvBuffer buffer, double logProbability)
    {
        double probability = Math.Exp(logProbability);
        if (isSingle && probability >= SmallestNormal)
            buffer.Cell((float)probability);
        else
            buffer.Cell(probability);
    }
}
