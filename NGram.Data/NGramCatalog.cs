using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using Microsoft.ML.Data;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.Data.Views;

namespace NGram.Data;

/// <summary>
/// What NGram adds to an <see cref="MLContext"/>, as <c>ml.NGrams</c>; before C# 14, and in F#, as <c>new NGramCatalog(ml)</c>.
/// </summary>
/// <param name="context">The ML.NET context.</param>
[SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "A catalog is used as ml.NGrams.Sample(...).")]
public sealed class NGramCatalog(MLContext context)
{
    /// <summary>The ML.NET context it belongs to.</summary>
    public MLContext Context { get; } = context;

    /// <summary>Rows drawn from a distribution while they are read: the same rows for the same seed.</summary>
    /// <param name="distribution">The distribution.</param>
    /// <param name="rows">How many.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="contextWindow">Tokens of a row, Label included: at least max(n, 2), which is the default.</param>
    /// <exception cref="ArgumentException">A number is out of range, or the sampler's tables do not fit into memory.</exception>
    /// <example>
    /// <code>
    /// var distribution = new PowerLaw { VocabularySize = 50, Order = 3 }.CreateDistribution(seed: 2222);
    /// var train = ml.NGrams.Sample(distribution, rows: 20_000, seed: 1);
    /// </code>
    /// </example>
    public IDataView Sample(INGramDistribution distribution, long rows, int seed = 2222, int? contextWindow = null)
    {
        ArgumentNullException.ThrowIfNull(distribution);
        return new SequenceDataView(
            new SequenceSampler(distribution, contextWindow ?? SequenceSampler.ShortestWindow(distribution.Order), seed),
            rows);
    }

    /// <summary>
    /// The rows of CSV, TSV (.tsv, .tab), JSON lines (.jsonl, .ndjson, .json) and Parquet (.parquet) files, in memory at two
    /// bytes a token. A row's last token is the Label, those before it the Context; KeyValues are the ids, or the files' own
    /// texts.
    /// </summary>
    /// <param name="paths">The files.</param>
    /// <param name="options">Window, vocabulary, header; null: found by reading the files once before.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// There is no file, an option is out of its range, or the data does not fit into memory.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// A row is not a sequence; the message names the file, the line and what is wrong.
    /// </exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <example>
    /// <code>
    /// var options = new SequenceLoaderOptions { VocabularySize = 5_000 };
    /// var sequences = ml.NGrams.LoadSequences(["june.csv", "july.parquet"], options);
    /// </code>
    /// </example>
    public SequenceDataView LoadSequences(
        IEnumerable<string> paths,
        SequenceLoaderOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        string[] files = [.. paths];
        Require.AtLeast(files.Length, 1, $"{nameof(paths)}.Count");
        return SequenceLoader.Load(files, options ?? new(), cancellationToken);
    }

    /// <summary>The rows of a file.</summary>
    /// <inheritdoc cref="LoadSequences(IEnumerable{string}, SequenceLoaderOptions?, CancellationToken)"/>
    /// <param name="path">The file.</param>
    /// <param name="options">Window, vocabulary, header; null: found by reading the file once before.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public SequenceDataView LoadSequences(
        string path,
        SequenceLoaderOptions? options = null,
        CancellationToken cancellationToken = default
    ) => LoadSequences([path], options, cancellationToken);

    /// <summary>The rows of a matrix: all tokens but the last are the Context, the last is the Label.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A row has one token.</exception>
    /// <example>
    /// <code>
    /// var tokens = new SequenceSampler(distribution, contextWindow: 3, seed: 1).Sample(rows: 100);
    /// var rows = ml.NGrams.LoadFromTokens(tokens);
    /// </code>
    /// </example>
    public IDataView LoadFromTokens(TokenMatrix tokens) => new SequenceDataView(tokens);

    /// <summary>
    /// The windows of the sequences in a column: from every place one row with S tokens as <c>Context</c> and the token after
    /// them as <c>Label</c>. Rows are read as they are asked for; no window reaches across the end of a row, and a row of fewer
    /// than S + 1 tokens has none.
    /// </summary>
    /// <example>
    /// <code>
    /// var text = ml.Data.LoadFromTextFile("book.txt", [new("Text", DataKind.String, 0)]);
    /// var windows = ml.NGrams.Windows(text, "Text", contextWindow: 4);
    /// using var model = ml.MulticlassClassification.Trainers.AttentionTransformer().Fit(windows);
    /// </code>
    /// </example>
    /// <param name="data">Any view.</param>
    /// <param name="columnName">
    /// A text, which stock TokenizeIntoWords takes apart, a vector of texts, or a vector of keys, of any length.
    /// </param>
    /// <param name="contextWindow">Tokens of a window, Label included: S + 1, at least 2.</param>
    /// <param name="vocabularySize">
    /// The most different tokens that texts become, the first in the data; windows with another have a missing key there, which
    /// trainers skip. A column of keys has its own.
    /// </param>
    /// <exception cref="ArgumentException">The column is missing or of another type, or a number is out of range.</exception>
    public IDataView Windows(IDataView data, string columnName, int contextWindow, int vocabularySize = 5_000)
    {
        ArgumentNullException.ThrowIfNull(data);
        Require.InRange(vocabularySize, 2, NGramLaw.LargestVocabulary, nameof(vocabularySize));
        if (data.Schema.GetColumnOrNull(columnName) is not { } column)
        {
            throw new ArgumentException(
                $"The data has no column '{columnName}'; it has {string.Join(", ", data.Schema.Select(c => c.Name))}.",
                nameof(columnName));
        }
        if (column.Type is TextDataViewType)
            data = Context.Transforms.Text.TokenizeIntoWords(columnName).Fit(data).Transform(data);
        if (data.Schema[columnName].Type is VectorDataViewType { ItemType: TextDataViewType })
        {
            var keys = Context.Transforms.Conversion.MapValueToKey(columnName, maximumNumberOfKeys: vocabularySize);
            data = keys.Fit(data).Transform(data);
        }
        return new WindowDataView(data, columnName, contextWindow);
    }
}
