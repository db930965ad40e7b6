using System.Globalization;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Prediction;

namespace NGram.ML.Evaluation;

/// <summary>What a visitor sees of a prompt.</summary>
internal delegate void PromptVisitor(Prompt prompt, ReadOnlySpan<double> law, LogitRow prediction);

/// <summary>
/// A model's prediction after every prompt of a law, computed in batches: memory does not grow with their number.
/// </summary>
internal sealed class ExactPredictions
{
    private readonly IPredictor predictor;
    private readonly INGramDistribution distribution;
    private readonly int promptLength;
    private readonly double promptLimit;
    private readonly CancellationToken cancellation;
    private readonly int[]? tokenOfId;

    /// <summary>Predictions of a model.</summary>
    /// <param name="predictor">Belongs to the caller.</param>
    /// <param name="distribution">The law.</param>
    /// <param name="promptLimit">The most prompts that are visited.</param>
    /// <param name="tokenOfId">The model's token of every id of the law; null: the same.</param>
    /// <param name="cancellation">Ends a visit.</param>
    public ExactPredictions(
        IPredictor predictor,
        INGramDistribution distribution,
        double promptLimit,
        int[]? tokenOfId = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        promptLength = predictor.PromptLength;
        Require.AtLeast(promptLength, Math.Max(1, distribution.Order - 1), nameof(promptLength));
        Require.AtLeast(promptLimit, 1, nameof(EvaluationOptions.PromptLimit));
        if (predictor.VocabularySize != distribution.VocabularySize)
        {
            throw new ArgumentException(
                $"The distribution has {distribution.VocabularySize} tokens and the model {predictor.VocabularySize}.");
        }

        (this.predictor, this.distribution, this.promptLimit) = (predictor, distribution, promptLimit);
        (this.tokenOfId, this.cancellation) = (tokenOfId, cancellation);
    }

    /// <summary>N: number of tokens of the model and the law.</summary>
    public int VocabularySize => distribution.VocabularySize;

    /// <summary>Visits every prompt in lexicographic order.</summary>
    /// <param name="visit">Sees each prompt.</param>
    /// <param name="progress">Is told how many more were visited.</param>
    /// <exception cref="ArgumentException">There are more prompts than the limit; the message has their number.</exception>
    public void ForEach(PromptVisitor visit, Action<int>? progress = null)
    {
        if (distribution.CountPrompts(promptLength) is var count && count > promptLimit)
        {
            throw new OptionException(
                nameof(EvaluationOptions.PromptLimit),
                promptLimit,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"at least {count:G15}, the number of prompts of {promptLength} tokens; ")
                + "or evaluate on a sample of the distribution");
        }

        int vocabulary = distribution.VocabularySize, batchRows = IPredictor.RowsOf(vocabulary);
        ushort[] prompts = new ushort[batchRows * promptLength];
        double[] logits = new double[batchRows * vocabulary], // by the model's tokens
            probabilities = new double[vocabulary], row = new double[vocabulary], scratch = new double[vocabulary];
        foreach (var batch in distribution.EnumeratePrompts(promptLength, promptLimit).Chunk(batchRows))
        {
            cancellation.ThrowIfCancellationRequested();
            var tokens = prompts.AsSpan(0, batch.Length * promptLength);
            ToModel(batch, tokens);
            predictor.Logits(tokens, promptLength, promptLength - 1, logits);
            for (int i = 0; i < batch.Length; i++)
            {
                distribution.GetProbabilities(batch[i].Tokens, probabilities);
                var ofModel = logits.AsSpan(i * vocabulary, vocabulary);
                for (int id = 0; id < vocabulary; id++)
                    row[id] = ofModel[TokenOf(id)];
                visit(batch[i], probabilities, new LogitRow(row, scratch));
            }
            progress?.Invoke(batch.Length);
        }
    }

    private int TokenOf(int id) => tokenOfId?[id] ?? id;

    private void ToModel(Prompt[] batch, Span<ushort> tokens)
    {
        for (int i = 0; i < batch.Length; i++)
        {
            for (int position = 0; position < promptLength; position++)
                tokens[i * promptLength + position] = (ushort)TokenOf(batch[i].Tokens[position]);
        }
    }
}
