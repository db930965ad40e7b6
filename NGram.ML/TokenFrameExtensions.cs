using System.Globalization;
using Microsoft.Data.Analysis;
using Microsoft.ML.Transforms;
using NGram.Data;
using NGram.Data.Sequences;
using NGram.Data.Views;

// A user of ML.NET finds them without a using of ours.
namespace Microsoft.ML;

/// <summary>Sequences of tokens in a DataFrame, from and to the data that estimators train on.</summary>
public static class TokenFrameExtensions
{
    private const string TokenPrefix = "token";

    /// <summary>
    /// The rows of a DataFrame as Context and Label: its columns token0, token1, ..., the last of which is the Label, or its
    /// columns
    /// Context (vectors) and Label. Tokens may be numbers or text; they become keys in the order of their values, and since
    /// estimators match tokens by value, training and test frames may be loaded apart. The frame is read, not copied.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="frame">The sequences.</param>
    /// <exception cref="ArgumentException">
    /// It has neither at least two columns token0, token1, ... nor Context and Label.
    /// </exception>
    /// <example>
    /// <code>
    /// var frame = DataFrame.LoadCsvFromString("token0,token1,token2\na,b,c\nb,c,a\nc,a,b");
    /// var rows = ml.NGrams.LoadFromDataFrame(frame);
    /// using var model = ml.MulticlassClassification.Trainers.AttentionTransformer(numberOfEpochs: 5).Fit(rows);
    /// </code>
    /// </example>
    public static IDataView LoadFromDataFrame(this NGramCatalog catalog, DataFrame frame)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(frame);
        var names = frame.Columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        string[] tokens = [.. Enumerable.Range(0, names.Count).Select(TokenName).TakeWhile(names.Contains)];
        var (context, label) =
            names.Contains(SequenceColumns.Context) && names.Contains(SequenceColumns.Label)
                ? ([SequenceColumns.Context], SequenceColumns.Label)
            : tokens.Length >= 2 ? (tokens[..^1], tokens[^1])
            : throw new ArgumentException(
                $"The frame has the columns {string.Join(", ", names)}; it needs token0, token1, ..., or Context and Label.",
                nameof(frame));
        var transforms = catalog.Context.Transforms;
        var toKeys = new[]
        {
            new InputOutputColumnPair(SequenceColumns.Context),
            new InputOutputColumnPair(SequenceColumns.Label),
        };
        return transforms
            .CopyColumns(SequenceColumns.Label, label)
            .Append(transforms.Concatenate(SequenceColumns.Context, context))
            .Append(transforms.SelectColumns(SequenceColumns.Context, SequenceColumns.Label))
            .Append(transforms.Conversion.MapValueToKey(toKeys, keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue))
            .Fit(frame).Transform(frame);
    }

    /// <summary>A column token0, token1, ... of 0-based ids for every position, a row a sequence.</summary>
    /// <example>
    /// <code>
    /// var matrix = new SequenceSampler(distribution, contextWindow: 3, seed: 1).Sample(rows: 100);
    /// Console.WriteLine(matrix.ToDataFrame().Head(5));
    /// </code>
    /// </example>
    public static DataFrame ToDataFrame(this TokenMatrix matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        return new DataFrame(
            Enumerable
                .Range(0, matrix.ContextWindow)
                .Select(position => new Int32DataFrameColumn(
                    TokenName(position),
                    Enumerable.Range(0, matrix.Rows).Select(row => (int)matrix[row][position]))));
    }

    private static string TokenName(int position) => TokenPrefix + position.ToString(CultureInfo.InvariantCulture);
}
