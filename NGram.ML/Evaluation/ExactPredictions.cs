using System.Globalization;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Models;

namespace NGram.ML.Evaluation;

/// <summary>What a visitor sees of a prompt.</summary>
internal delegate void PromptVisitor(Prompt prompt, ReadOnlySpan<double> law, LogitRow prediction);

/// <summary>
/// A model's prediction after every prompt of a law, computed in chunks: memory does not grow with their number.
/// </summary>
internal sealed class ExactPredictions
{
    // Few enough that libtorch's allocator keeps a chunk's tensors for the next.
    private const int ChunkPrompts = 128;
    private const int ChunkLogits = 1 << 20;

    private readonly NextTokenModel model;
    private readonly INGramDistribution law;
    private readonly int promptLength;
    private readonly EvaluationOptions options;
    private readonly int[]? tokenOfId;

    /// <summary>Predictions of a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="law">The law.</param>
    /// <param name="promptLength">S.</param>
    /// <param name="options">Limit and cancellation.</param>
    /// <param name="tokenOfId">The model's token of every id of the law; null: the same.</param>
    public ExactPredictions(
        NextTokenModel model,
        INGramDistribution law,
        int promptLength,
        EvaluationOptions options,
        int[]? tokenOfId = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(law);
        Require.AtLeast(promptLength, Math.Max(1, law.Order - 1), nameof(promptLength));
        options.Validate();
        (this.model, this.law, this.promptLength, this.options, this.tokenOfId) = (model, law, promptLength, options, tokenOfId);
    }

    /// <summary>Visits every prompt in lexicographic order.</summary>
    /// <param name="visit">Sees each prompt.</param>
    /// <param name="progress">Is told how many more were visited.</param>
    /// <exception cref="ArgumentException">There are more prompts than the limit; the message has their number.</exception>
    public void ForEach(PromptVisitor visit, Action<int>? progress = null)
    {
        if (law.CountPrompts(promptLength) is var count && count > options.PromptLimit)
        {
            throw new OptionException(
                nameof(options.PromptLimit),
                options.PromptLimit,
                string.Create(CultureInfo.InvariantCulture, $"at least {count:G15}, the number of prompts of {promptLength} tokens")
                + "; or evaluate on a sample of the distribution");
        }

        int vocabulary = law.VocabularySize;
        double[] probabilities = new double[vocabulary];
        double[] row = new double[vocabulary],
            scratch = new double[vocabulary];
        foreach (
            var chunk in law.EnumeratePrompts(promptLength, options.PromptLimit)
                .Chunk(Math.Clamp(ChunkLogits / vocabulary, 1, ChunkPrompts)))
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            double[] logits = model.Logits(Tokens(chunk), promptLength, promptLength - 1); // [chunk, 1, N]
            if (logits.Length != chunk.Length * vocabulary)
            {
                throw new ArgumentException(
                    $"The distribution has {vocabulary} tokens and the model {logits.Length / chunk.Length}.");
            }

            for (int i = 0; i < chunk.Length; i++)
            {
                law.GetProbabilities(chunk[i].Tokens, probabilities);
                var ofModel = logits.AsSpan(i * vocabulary, vocabulary);
                for (int id = 0; id < vocabulary; id++)
                    row[id] = ofModel[tokenOfId?[id] ?? id] + 0.0; // -0 becomes the 0 that it ties with
                visit(chunk[i], probabilities, new LogitRow(row, scratch));
            }
            progress?.Invoke(chunk.Length);
        }
    }

    private ushort[] Tokens(Prompt[] prompts)
    {
        ushort[] tokens = new ushort[prompts.Length * promptLength];
        for (int i = 0; i < prompts.Length; i++)
        {
            for (int position = 0; position < promptLength; position++)
            {
                ushort id = prompts[i].Tokens[position];
                tokens[i * promptLength + position] = tokenOfId is null ? id : (ushort)tokenOfId[id];
            }
        }

        return tokens;
    }
}
