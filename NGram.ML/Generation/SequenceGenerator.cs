using NGram.Data.Checks;
using NGram.Data.Randomness;
using NGram.ML.Prediction;

namespace NGram.ML.Generation;

/// <summary>Continues prompts, all of a length, token by token; the model sees the last S tokens.</summary>
internal sealed class SequenceGenerator(IPredictor predictor, int length, GenerationOptions options)
{
    /// <summary>The tokens that follow each prompt.</summary>
    /// <param name="prompts">Row-major [rows, promptLength], for rows up to <see cref="IPredictor.BatchRows"/>.</param>
    /// <param name="promptLength">At least 1.</param>
    /// <param name="cancellationToken">Stops the work between two tokens.</param>
    /// <returns>Row-major [rows, length].</returns>
    public ushort[] Generate(ReadOnlySpan<ushort> prompts, int promptLength, CancellationToken cancellationToken = default)
    {
        MemoryBudget.Require(
            prompts.Length / promptLength * ((double)promptLength + length),
            2 * sizeof(ushort),
            FormattableString.Invariant($"A sequence of {length} tokens for each prompt"));
        int rows = prompts.Length / promptLength,
            total = promptLength + length,
            vocabulary = predictor.VocabularySize;
        ushort[] sequences = new ushort[rows * total];
        var random = new CounterRandom[rows];
        for (int row = 0; row < rows; row++)
        {
            var prompt = prompts.Slice(row * promptLength, promptLength);
            prompt.CopyTo(sequences.AsSpan(row * total));
            random[row] = new CounterRandom(Key(prompt));
        }
        ushort[] context = new ushort[rows * Math.Min(total, predictor.PromptLength)];
        double[] logits = new double[rows * vocabulary];
        for (int end = promptLength; end < total; end++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int seen = Math.Min(end, predictor.PromptLength);
            for (int row = 0; row < rows; row++)
                sequences.AsSpan(row * total + end - seen, seen).CopyTo(context.AsSpan(row * seen));
            predictor.Logits(context.AsSpan(0, rows * seen), seen, seen - 1, logits);
            for (int row = 0; row < rows; row++)
                sequences[row * total + end] = Choose(logits.AsSpan(row * vocabulary, vocabulary), ref random[row]);
        }
        ushort[] generated = new ushort[rows * length];
        for (int row = 0; row < rows; row++)
            sequences.AsSpan(row * total + promptLength, length).CopyTo(generated.AsSpan(row * length));
        return generated;
    }

    private ulong Key(ReadOnlySpan<ushort> prompt)
    {
        ulong key = CounterRandom.Key(options.Seed, prompt.Length);
        foreach (ushort token in prompt)
            key = CounterRandom.Key((long)key, token);
        return key;
    }

    private ushort Choose(Span<double> logits, ref CounterRandom random)
    {
        int best = TopTokens.Best(logits);
        if (options.Temperature == 0)
            return (ushort)best;
        double greatest = logits[best], sum = 0;
        foreach (ref double weight in logits)
            sum += weight = Math.Exp((weight - greatest) / options.Temperature);
        double left = random.NextDouble() * sum;
        for (int token = 0; token < logits.Length; token++)
        {
            if ((left -= logits[token]) < 0)
                return (ushort)token;
        }
        // Rounding: the sum of the parts may be a little below the whole.
        return (ushort)best;
    }
}
