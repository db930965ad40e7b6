using Microsoft.ML;
using NGram.Data.Checks;
using NGram.Data.Corpora;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.Keys;
using NGram.Data.Laws;
using NGram.Data.Text;
using NGram.Data.Views;
using NGram.ML.Interchange;

namespace NGram.ML.Experiments;

/// <summary>
/// Reads the files of an experiment with one vocabulary: the law's, otherwise the initial model's, otherwise the training data's
/// own.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="settings">Resolved settings.</param>
/// <param name="law">The law of the tokens; null where none is known.</param>
/// <param name="initial">The model that the training starts from; null: none.</param>
/// <param name="cancellation">Stops the reading.</param>
internal sealed class ExperimentData(
    MLContext context,
    ExperimentSettings settings,
    INGramDistribution? law,
    SavedModel? initial,
    CancellationToken cancellation)
{
    // Windows of files are as long as those of a law where nothing says otherwise.
    private static readonly int DefaultOrder = new PowerLaw().Order;

    private DataSettings Data => settings.Data;

    /// <summary>What is trained on.</summary>
    public IDataView Training()
    {
        if (settings.IsSampled)
        {
            return context.NGrams.Sample(
                law!,
                settings.Rows!.Value,
                settings.DataSeed!.Value,
                settings.ContextWindow ?? ExperimentSettings.ShortestWindow(law!.Order));
        }

        int? order = law?.Order ?? Data.Order;
        int least = ExperimentSettings.ShortestWindow(order ?? 1);
        bool isCut = Data.Tokens is not null || Data.Windows;
        int? window = settings.ContextWindow
            ?? initial?.Architecture.ContextWindow
            ?? (isCut ? ExperimentSettings.ShortestWindow(order ?? DefaultOrder) : null);
        if (window is { } given)
            Require.AtLeast(given, least, nameof(ExperimentSettings.ContextWindow));
        int? size = law?.VocabularySize ?? initial?.Architecture.VocabularySize ?? Data.VocabularySize;
        var texts = law is not null ? TextsOf(law) : initial?.Vocabulary;
        var view = Read(Data.Files, window, least, size, texts, Data.Rows);
        return view.Take(Data.Rows ?? view.Rows);
    }

    /// <summary>What the model is measured on after every epoch; null: nothing.</summary>
    /// <param name="training">The training data, whose vocabulary and window it has.</param>
    public IDataView? Validation(IDataView training)
    {
        if (settings.Validation is not { } path)
            return null;
        var column = KeyColumn.Find(training.Schema, SequenceColumns.Context, isVector: true);
        var texts = law is not null ? TextsOf(law) : column.Values is [string, ..] values ? [.. values.Cast<string>()] : null;
        int window = column.VectorSize!.Value + 1;
        return Read([path], window, least: 2, column.Count, texts, rows: null);
    }

    private SequenceDataView Read(
        IReadOnlyList<string> files,
        int? window,
        int least,
        int? size,
        IReadOnlyList<string>? texts,
        int? rows)
    {
        if (Data.Tokens is { } unit)
            return ReadText(files, window!.Value, size, texts, unit, rows);
        var view = context.NGrams.LoadSequences(
            files,
            new SequenceLoaderOptions
            {
                ContextWindow = window,
                LeastContextWindow = least,
                VocabularySize = size,
                Texts = texts,
                Windows = Data.Windows,
                Header = Data.Header,
                Rows = rows,
            },
            cancellation);
        Require.AtMost(view.ContextWindow, ExperimentSettings.LargestContextWindow, nameof(ExperimentSettings.ContextWindow));
        // A law's tokens are ids, whatever they are written as.
        return law is null || texts is null ? view : new SequenceDataView(view.ToTokenMatrix());
    }

    private SequenceDataView ReadText(
        IReadOnlyList<string> files,
        int window,
        int? size,
        IReadOnlyList<string>? texts,
        TokenUnit unit,
        int? rows)
    {
        var options = new CorpusOptions
        {
            Unit = unit,
            Vocabulary = texts,
            MostTokens = (long?)rows + window - 1,
        };
        var corpus = Corpus.Read(
            files,
            options with
            {
                VocabularySize = size ?? options.VocabularySize,
            },
            cancellationToken: cancellation);
        var view = corpus.Windows(window, ids: law is not null);
        return view.Rows > 0
            ? view
            : throw new InvalidDataException(
                FormattableString.Invariant($"{string.Join(", ", files)}: no text has {window} tokens."));
    }

    /// <summary>What a law's tokens are written as in the files; null: their ids.</summary>
    private IReadOnlyList<string>? TextsOf(INGramDistribution known) =>
        !Data.Text && Data.Tokens is null
            ? null
            : known.Tokens
                ?? throw new InvalidDataException(
                    "The distribution does not say what text its tokens stand for; data of their ids is needed.");
}
