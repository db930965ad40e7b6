using NGram.Data.Distributions;
using NGram.ML.Models;

namespace NGram.ML.Evaluation;

/// <summary>What a visitor sees of a prompt.</summary>
internal delegate void PromptVisitor(Prompt prompt, ReadOnlySpan<double> law, LogitRow prediction);

/// <summary>A model's prediction after every prompt of a law, computed in chunks: memory does not grow with their number.</summary>
internal sealed class ExactPredictions
{
    // Logits of a chunk: 8 MB.
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
    public ExactPredictions(NextTokenModel model, INGramDistribution law, int promptLength, EvaluationOptions options, int[]? tokenOfId = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(law);
        Require.AtLeast(promptLength, Math.Max(1, law.Order - 1), nameof(promptLength));
        options.Validate();
        (this.model, this.law, this.promptLength, this.options, this.tokenOfId) = (model, law, promptLength, options, tokenOfId);
    }

    /// <summary>Visits every prompt in lexicographic order.</summary>
    public void ForEach(PromptVisitor visit)
    {
        int vocabulary = law.VocabularySize;
        var probabilities = new double[vocabulary];
        var row = new double[vocabulary];
        foreach (var chunk in law.EnumeratePrompts(promptLength, options.PromptLimit).Chunk(Math.Max(1, ChunkLogits / vocabulary)))
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            var logits = model.Logits(Tokens(chunk), promptLength, promptLength - 1); // [chunk, 1, N]
            if (logits.Length != chunk.Length * vocabulary)
                throw new ArgumentException($"The distribution has {vocabulary} tokens and the model {logits.Length / chunk.Length}.");
            for (int i = 0; i < chunk.Length; i++)
            {
                law.GetProbabilities(chunk[i].Tokens, probabilities);
                var ofModel = logits.AsSpan(i * vocabulary, vocabulary);
                for (int id = 0; id < vocabulary; id++)
                    row[id] = ofModel[tokenOfId?[id] ?? id];
                visit(chunk[i], probabilities, new LogitRow(row));
            }
        }
    }

    private ushort[] Tokens(Prompt[] prompts)
    {
        var tokens = new ushort[prompts.Length * promptLength];
        for (int i = 0; i < prompts.Length; i++)
            for (int position = 0; position < promptLength; position++)
            {
                ushort id = prompts[i].Tokens[position];
                tokens[i * promptLength + position] = tokenOfId is null ? id : (ushort)tokenOfId[id];
            }
        return tokens;
    }
}
