using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Keys;
using NGram.ML.Estimators.Scoring;

namespace NGram.ML.Generation;

/// <summary>The sequences that follow a batch of prompts, as keys.</summary>
internal sealed class GeneratedSequences(
    SequenceGenerator generator,
    int length,
    int promptLength,
    KeyMap tokensOfKeys,
    int batchSize
) : PromptBatch(promptLength, tokensOfKeys, batchSize)
{
    private ushort[] generated = [];

    public override void Compute()
    {
        if (Count > 0)
            generated = generator.Generate(Prompts, PromptLength);
    }

    public override ValueGetter<TValue> CreateGetter<TValue>(Func<int> row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<uint>> getter = (ref VBuffer<uint> destination) =>
        {
            int current = row();
            bool isKnown = IsKnown(current);
            var editor = VBufferEditor.Create(ref destination, length);
            for (int i = 0; i < length; i++)
                editor.Values[i] = isKnown ? TokenKey.Of(generated[current * length + i]) : TokenKey.Missing;
            destination = editor.Commit();
        };
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException(
                $"The column '{column.Name}' is {column.Type}; it cannot be read as {typeof(TValue).Name}.");
    }
}
