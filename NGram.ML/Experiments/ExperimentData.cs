using Microsoft.ML;
using NGram.Data.Checks;
using NGram.Data.Corpora;
using NGram.Data.Distributions;
using NGram.Data.Files;
using NGram.Data.Keys;
using NGram.Data.Laws;
using NGram.Data.Sequences;
using NGram.Data.Text;
using NGram.Data.Views;
using NGram.ML.Engines;
using NGram.ML.Interchange;

namespace NGram.ML.Experiments;

/// <summary>
/// Reads the files of an experiment with one vocabulary: the law's, otherwise the initial model's, otherwise the training data's
/// own.
/// </summary>
/// <param name="context">The environment.</param>
/// <param name="settings">Resolved settings.</param>
/// <param name="distribution">The law of the tokens; null if none is known.</param>
/// <param name="initial">The model that the training starts from; null: none.</param>
/// <param name="progress">Receives the share of the training data that has been read, or null.</param>
/// <param name="cancellation">Stops the reading.</param>
internal sealed class ExperimentData(
    MLContext context,
    ExperimentSettings settings,
    INGramDistribution? distribution,
    SavedModel? initial,
    IProgress<double>? progress,
    CancellationToken cancellation)
{
    // Windows of files are as long as those of a law unless something says otherwise.
    private static readonly int DefaultOrder = new PowerLaw().Order;

    private DataSettings Data => settings.Data;

    /// <summary>What is trained on.</summary>
    public SequenceDataView Training()
    {
        if (settings.IsSampled)
        {
            return (SequenceDataView)context.NGrams.Sample(
                distribution!,
                settings.Training.Objective == TrainingObjective.Exact ? 1 : settings.Rows!.Value, // only its columns count
                settings.DataSeed!.Value,
                settings.ContextWindow ?? SequenceSampler.ShortestWindow(distribution!.Order));
        }

        int? order = distribution?.Order ?? Data.Order;
        int least = SequenceSampler.ShortestWindow(order ?? 1);
        bool isCut = Data.Tokens is not null || Data.Windows;
        int? window = settings.ContextWindow
            ?? initial?.Architecture.ContextWindow
            ?? (isCut ? SequenceSampler.ShortestWindow(order ?? DefaultOrder) : null);
        if (window is { } given)
            Require.AtLeast(given, least, nameof(ExperimentSettings.ContextWindow));
        int? size = distribution?.VocabularySize ?? initial?.Architecture.VocabularySize ?? Data.VocabularySize;
        var texts = distribution is not null ? TextsOf(distribution) : initial?.Vocabulary;
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
        var texts = distribution is not null ? TextsOf(distribution)
            : column.Values is [string, ..] values ? [.. values.Cast<string>()]
            : null;
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
                Progress = progress,
            },
            cancellation);
        Require.AtMost(view.ContextWindow, ExperimentSettings.LargestContextWindow, nameof(ExperimentSettings.ContextWindow));
        // A law's tokens are ids, however they are written.
        return distribution is null || texts is null ? view : new SequenceDataView(view.ToTokenMatrix());
    }

    private SequenceDataView ReadText(
        IReadOnlyList<string> files,
        int window,
        int? size,
        IReadOnlyList<string>? texts,
        TokenUnit unit,
        int? rows)
    {
        var options = new CorpusOptions { Unit = unit, Vocabulary = texts, MostTokens = (long?)rows + window - 1 };
        if (size is { } most)
            options = options with { VocabularySize = most };
        var corpus = Corpus.Read(files, options, cancellationToken: cancellation);
        var view = corpus.Windows(window, ids: distribution is not null);
        return view.Rows > 0
            ? view
            : throw new InvalidDataException(
                FormattableString.Invariant($"{string.Join(", ", files)}: no text has {window} tokens."));
    }

    /// <summary>How a law's tokens are written in the files; null: as ids.</summary>
    private IReadOnlyList<string>? TextsOf(INGramDistribution known)
    {
        if (!Data.Text && Data.Tokens is null)
            return null;
        return known.Tokens
            ?? throw new InvalidDataException(
                "The distribution does not say what text its tokens stand for; data of their ids is needed.");
    }
}
