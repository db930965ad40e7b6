using NGram.Data.Checks;
using NGram.ML.Estimators;
using NGram.ML.Generation;
using NGram.ML.Models;
using NGram.ML.Prediction;

// A user of ML.NET finds them without a using of ours.
namespace Microsoft.ML;

/// <summary>Predictions and sequences from C#, on 0-based tokens; <c>model.Vocabulary</c> has what they stand for.</summary>
public static class NextTokenGeneration
{
    /// <summary>The most probable next tokens, descending, the lower first on ties.</summary>
    /// <param name="model">The model; it sees the last S tokens.</param>
    /// <param name="prompt">The tokens before, oldest first: at least the n - 1 that the model's order needs.</param>
    /// <param name="top">How many tokens; at least 1, above N it counts as N.</param>
    /// <exception cref="ArgumentException">The prompt is too short, or a token is not below N.</exception>
    /// <example>
    /// <code>
    /// ushort[] prompt = model.Vocabulary.Encode(["a", "b"]);
    /// foreach (var next in model.PredictNext(prompt, top: 3))
    ///     Console.WriteLine($"{model.Vocabulary.Values[next.Token]} {next.Probability:P1}");
    /// </code>
    /// </example>
    public static TokenProbability[] PredictNext(this NextTokenTransformer model, ReadOnlySpan<ushort> prompt, int top = 5) =>
        Predict(model, prompt, top, firstPosition: int.MaxValue)[0];

    /// <summary>
    /// The most probable next tokens after every token of the prompt. Those before the context is full, the first n - 2 positions
    /// for order n, were never trained.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">At most S tokens.</param>
    /// <param name="top">How many tokens; at least 1, above N it counts as N.</param>
    /// <returns>For each position, the predictions of the token after it.</returns>
    /// <exception cref="ArgumentException">The prompt is too short or longer than S, or a token is not below N.</exception>
    /// <example>
    /// <code>
    /// var positions = model.PredictPositions(model.Vocabulary.Encode(["a", "b"]), top: 1);
    /// Console.WriteLine(positions[^1][0].Probability);
    /// </code>
    /// </example>
    public static TokenProbability[][] PredictPositions(this NextTokenTransformer model, ReadOnlySpan<ushort> prompt, int top = 5)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (prompt.Length > model.Architecture.PromptLength)
        {
            throw new ArgumentException(
                $"The prompt has {prompt.Length} tokens; the model sees {model.Architecture.PromptLength}.",
                nameof(prompt));
        }

        return Predict(model, prompt, top, firstPosition: 0);
    }

    /// <summary>Continues a prompt.</summary>
    /// <param name="model">The model; it sees the last S tokens of what there is.</param>
    /// <param name="prompt">The tokens before, oldest first: at least the n - 1 that the model's order needs.</param>
    /// <param name="length">How many tokens; at least 1.</param>
    /// <param name="options">Temperature and seed; null: the model's own law.</param>
    /// <param name="cancellationToken">Stops the work between two tokens.</param>
    /// <returns>The new tokens.</returns>
    /// <exception cref="ArgumentException">
    /// The prompt is too short, a token is not below N, an option is out of range, or so many tokens do not fit into memory.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <example>
    /// <code>
    /// ushort[] start = model.Vocabulary.Encode(["a", "b"]);
    /// ushort[] tokens = model.Generate(start, length: 8, new GenerationOptions { Temperature = 0.5, Seed = 1 });
    /// Console.WriteLine(string.Join(' ', tokens.Select(token => model.Vocabulary.Values[token])));
    /// </code>
    /// </example>
    public static ushort[] Generate(
        this NextTokenTransformer model,
        ReadOnlySpan<ushort> prompt,
        int length,
        GenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require.AtLeast(length, 1, nameof(length));
        options ??= new GenerationOptions();
        Require.Argument(options.Validate, nameof(options));
        Check(model.Architecture, prompt);
        return new SequenceGenerator(model.Predictor, length, options).Generate(
            prompt,
            prompt.Length,
            cancellationToken);
    }

    private static TokenProbability[][] Predict(
        NextTokenTransformer model,
        ReadOnlySpan<ushort> prompt,
        int top,
        int firstPosition)
    {
        ArgumentNullException.ThrowIfNull(model);
        Require.AtLeast(top, 1, nameof(top));
        Check(model.Architecture, prompt);
        int seen = Math.Min(prompt.Length, model.Architecture.PromptLength), vocabulary = model.Architecture.VocabularySize;
        int first = Math.Min(firstPosition, seen - 1);
        double[] logits = new double[(seen - first) * vocabulary];
        model.Predictor.Logits(prompt[^seen..], seen, first, logits);
        return [.. logits.Chunk(vocabulary).Select(row => Best(row, top, model))];
    }

    private static TokenProbability[] Best(double[] logits, int top, NextTokenTransformer model)
    {
        var prediction = new LogitRow(logits, new double[logits.Length]);
        int[] tokens = new int[Math.Min(top, logits.Length)];
        prediction.FindBest(tokens);
        var best = new TokenProbability[tokens.Length];
        for (int rank = 0; rank < best.Length; rank++)
        {
            int token = tokens[rank];
            best[rank] = new((ushort)token, model.Vocabulary.Values[token], prediction.Probability(token));
        }
        return best;
    }

    private static void Check(Architecture architecture, ReadOnlySpan<ushort> prompt)
    {
        int shortest = architecture.FirstScored + 1;
        if (prompt.Length < shortest)
        {
            throw new ArgumentException(
                $"The prompt has {prompt.Length} tokens; the model needs at least {shortest}.",
                nameof(prompt));
        }

        foreach (ushort token in prompt)
        {
            if (token >= architecture.VocabularySize)
            {
                throw new ArgumentException(
                    $"The prompt has the token {token}; it must be below {architecture.VocabularySize}.",
                    nameof(prompt));
            }
        }
    }
}
