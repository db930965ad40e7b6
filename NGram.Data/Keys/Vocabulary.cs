using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using NGram.Data.Checks;
using NGram.Data.Laws;

namespace NGram.Data.Keys;

/// <summary>
/// The tokens of a pair of key columns and what the keys of either stand for. Tokens are matched by value, never by key:
/// two columns mapped in one MapValueToKey call have dictionaries of their own.
/// </summary>
[DebuggerDisplay("{Size} tokens")]
public sealed class Vocabulary
{
    /// <summary>The text of the token that stands for all tokens that the vocabulary has no place for.</summary>
    public const string UnknownText = "<unk>";

    // For messages: what a user gives to ML.NET, which takes KeyValues from nowhere else.
    private const string ModelSchema = "InputSchema", EngineWithSchema = "CreatePredictionEngine<TSrc, TDst>";

    private readonly Dictionary<object, int>? tokensByValue;

    private Vocabulary(KeyColumn context, KeyColumn label, IReadOnlyList<object>? values, int size)
    {
        Context = context;
        Label = label;
        Size = size;
        Values = values ?? [.. Enumerable.Range(0, size).Cast<object>()];
        if (values is not null)
            tokensByValue = values.Select((value, token) => (value, token)).ToDictionary(pair => pair.value, pair => pair.token);
        LabelTokens = TokensOf(label);
    }

    /// <summary>The Context column when the vocabulary was made: a saved model reads keys of its type and dictionary.</summary>
    internal KeyColumn Context { get; }

    /// <summary>The Label column when the vocabulary was made: predictions are keys of its type.</summary>
    internal KeyColumn Label { get; }

    /// <summary>N: number of tokens.</summary>
    public int Size { get; }

    /// <summary>What every token stands for; the ids 0 to N - 1 where a law is known or the columns have no KeyValues.</summary>
    public IReadOnlyList<object> Values { get; }

    /// <summary>KeyValues of a column whose key k is token k - 1.</summary>
    internal DataViewSchema.Annotations Annotations =>
        tokensByValue is null ? KeyValues.OfTokenIds(Size) : KeyValues.Of(Values, Context.Annotations);

    /// <summary>The token of every key of Label.</summary>
    internal IReadOnlyList<int> LabelTokens { get; }

    /// <summary>
    /// The vocabulary of the columns: Context's values, followed by labels that are not among them. Where a law is known its
    /// tokens are the ids 0 to N - 1, and every value in the columns must be one.
    /// </summary>
    /// <param name="schema">Schema of the data.</param>
    /// <param name="contextColumn">Name of the vector of keys.</param>
    /// <param name="labelColumn">Name of the key.</param>
    /// <param name="lawVocabularySize">N of the law, or null if none is known.</param>
    /// <exception cref="ArgumentException">The columns do not fit together, or not the law; the message names them.</exception>
    internal static Vocabulary Create(
        DataViewSchema schema,
        string contextColumn,
        string labelColumn,
        int? lawVocabularySize = null)
    {
        var context = KeyColumn.Find(schema, contextColumn, isVector: true);
        var label = KeyColumn.Find(schema, labelColumn, isVector: false);
        if ((context.Values is null) != (label.Values is null))
        {
            throw new ArgumentException(
                $"Only one of the columns '{context.Name}' and '{label.Name}' has KeyValues, "
                + "so their tokens cannot be matched by value.");
        }

        if (context.Values is null && context.Count != label.Count)
        {
            throw new ArgumentException(
                $"The columns '{context.Name}' ({context.Count} keys) and '{label.Name}' ({label.Count} keys) "
                + "have no KeyValues; their numbers of keys must be equal.");
        }

        if (lawVocabularySize is { } size)
        {
            CheckIds(context, size);
            CheckIds(label, size);
            return new Vocabulary(context, label, values: null, size);
        }
        if (context.Values is null)
            return new Vocabulary(context, label, values: null, context.Count);
        object[] values = [.. context.Values.Concat(label.Values!).Distinct()];
        Require.InRange(
            values.Length,
            1,
            NGramLaw.LargestVocabulary,
            $"The number of tokens of columns '{context.Name}' and '{label.Name}'");
        return new Vocabulary(context, label, values, values.Length);
    }

    /// <summary>
    /// The token of every key of a column, <see cref="KeyReader.Missing"/> for values that are not tokens. The column may be of
    /// other data than the vocabulary's, with a dictionary of its own.
    /// </summary>
    /// <exception cref="ArgumentException">It has no KeyValues, and the vocabulary has values or another size.</exception>
    internal int[] TokensOf(KeyColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        if (column.Values is not null)
            return [.. column.Values.Select(TokenOf)];
        if (tokensByValue is not null || column.Count != Size)
        {
            throw new ArgumentException(
                $"The column '{column.Name}' has {column.Count} keys without KeyValues; "
                + $"they cannot be matched with the vocabulary's {Size} tokens. The model's {ModelSchema} has them: "
                + $"give it to {EngineWithSchema}(model, model.{ModelSchema}) "
                + $"or to LoadFromEnumerable(rows, model.{ModelSchema}).");
        }

        return [.. Enumerable.Range(0, Size)];
    }

    /// <summary>The tokens of values, such as text, in their order: a prompt for predictions and generation.</summary>
    /// <exception cref="ArgumentException">A value is not a token; the message quotes it.</exception>
    public ushort[] Encode(IEnumerable<object> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return
        [
            .. values.Select(value =>
                TokenOf(value) is >= 0 and var token
                    ? (ushort)token
                    : throw new ArgumentException(
                        $"'{KeyColumn.TextOf(value)}' is not one of the vocabulary's {Size} tokens.",
                        nameof(values))),
        ];
    }

    private int TokenOf(object value) => tokensByValue is null
        ? AsId(value, Size) ?? KeyReader.Missing
        : tokensByValue.TryGetValue(value, out int token) ? token : KeyReader.Missing;

    private static void CheckIds(KeyColumn column, int size)
    {
        if (column.Values is null && column.Count != size)
        {
            throw new ArgumentException(
                $"The column '{column.Name}' has {column.Count} keys without KeyValues; the distribution has {size} tokens.");
        }

        if (column.Values?.FirstOrDefault(value => AsId(value, size) is null) is { } stranger)
        {
            throw new ArgumentException(
                $"The column '{column.Name}' has the token '{KeyColumn.TextOf(stranger)}'; "
                + $"the distribution's tokens are the ids from 0 to {size - 1}.");
        }
    }

    /// <summary>Numbers of any type, and digits as text, name the token id of the same value.</summary>
    private static int? AsId(object value, int size) =>
        int.TryParse(KeyColumn.TextOf(value), NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id < size
            ? id
            : null;
}
