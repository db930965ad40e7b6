using System.Buffers;
using System.Globalization;
using NGram.Data.Checks;
using NGram.Data.Counts;
using NGram.Data.IO;
using NGram.Data.Text;
using NGram.Data.Views;

namespace NGram.Data.Corpora;

/// <summary>
/// Texts as tokens of a vocabulary that is theirs: the most frequent tokens first. Two bytes a token in memory.
/// </summary>
public sealed class Corpus
{
    private Corpus(IReadOnlyList<ushort[]> texts, IReadOnlyList<string> vocabulary, int types, long covered)
    {
        Texts = texts;
        Vocabulary = vocabulary;
        Unknown = UnknownIn(vocabulary);
        Types = types;
        Tokens = texts.Sum(text => (long)text.Length);
        Coverage = Tokens > 0 ? (double)covered / Tokens : 0;
    }

    /// <summary>
    /// What each token stands for, the most frequent first; <see cref="Keys.Vocabulary.UnknownText"/> last, where there is one.
    /// </summary>
    public IReadOnlyList<string> Vocabulary { get; }

    /// <summary>The tokens of each text.</summary>
    public IReadOnlyList<ushort[]> Texts { get; }

    /// <summary>Number of tokens.</summary>
    public long Tokens { get; }

    /// <summary>Number of different tokens, those without a place in the vocabulary included.</summary>
    public int Types { get; }

    /// <summary>The share of the tokens that have a place in the vocabulary.</summary>
    public double Coverage { get; }

    /// <summary>The token that stands for all those without a place; null if there is none.</summary>
    public int? Unknown { get; }

    /// <summary>Reads files, each of them a text of its own.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="options">How they become tokens.</param>
    /// <param name="progress">Receives the bytes read, of all files together.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">
    /// A file is not UTF-8 (the message names it and the line), a token is not in a given vocabulary (likewise), or all have
    /// fewer than two different tokens.
    /// </exception>
    public static Corpus Read(
        IEnumerable<string> paths,
        CorpusOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var files = paths.ToList();
        return Read(
            files.Select(path => (path, (Func<Stream>)(() => InputFile.Open(path, cancellationToken)))),
            options,
            progress,
            cancellationToken);
    }

    /// <summary>Reads a stream, such as the standard input.</summary>
    /// <inheritdoc cref="Read(IEnumerable{string}, CorpusOptions?, IProgress{long}?, CancellationToken)"/>
    /// <param name="open">Opens the stream, which is closed at the end.</param>
    /// <param name="path">Its name, for messages.</param>
    /// <param name="options">How it becomes tokens.</param>
    /// <param name="progress">Receives the bytes read.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static Corpus Read(
        Func<Stream> open,
        string path,
        CorpusOptions? options = null,
        IProgress<long>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(open);
        return Read([(path, open)], options, progress, cancellationToken);
    }

    internal static Corpus Read(
        IEnumerable<(string Path, Func<Stream> Open)> files,
        CorpusOptions? options,
        IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        options ??= new();
        Require.Argument(options.Validate, nameof(options));
        var tokenizer = new Tokenizer(options.Unit);
        var register = new TokenRegister();
        foreach (string token in options.Vocabulary ?? [])
            register.Reserve(token);
        int known = options.Vocabulary is { } given && UnknownIn(given) is null ? given.Count : int.MaxValue;
        var names = new List<string>();
        var (texts, done, left) = (new List<int[]>(), 0L, options.MostTokens ?? long.MaxValue);
        foreach (var (path, open) in files.TakeWhile(_ => left > 0))
        {
            names.Add(path);
            using var stream = open();
            var numbers = new ArrayBufferWriter<int>();
            void Receive(ReadOnlySpan<char> token)
            {
                int number = register.Add(token);
                if (number >= known)
                {
                    throw new InvalidDataException(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"{path}, line {tokenizer.Line}: '{token.ToString()}' is not one of the vocabulary's {known} tokens, "
                            + $"and neither is {Keys.Vocabulary.UnknownText}."));
                }

                numbers.GetSpan(1)[0] = number;
                numbers.Advance(1);
                if (--left == 0)
                    tokenizer.Stop();
                if ((numbers.WrittenCount & 0xFFFF) == 0)
                    progress?.Report(done + stream.Position);
            }
            tokenizer.Read(stream, path, Receive, cancellationToken);
            texts.Add(numbers.WrittenSpan.ToArray());
            progress?.Report(done += stream.Position);
        }
        return options.Vocabulary is { } vocabulary
            ? Of(texts, vocabulary, register)
            : Of(texts, register, options.VocabularySize, names);
    }

    private static Corpus Of(List<int[]> texts, TokenRegister register, int largest, List<string> names)
    {
        if (register.Types < 2)
        {
            throw new InvalidDataException(
                FormattableString.Invariant(
                    $"{string.Join(", ", names)}: the text has {register.Types} different tokens; at least 2 are needed."));
        }

        bool isCut = register.Types > largest;
        var (vocabulary, places, covered) = register.MostFrequent(isCut ? largest - 1 : largest);
        ushort unknown = (ushort)vocabulary.Length;
        return new(
            texts.ConvertAll(text => Array.ConvertAll(text, number => places[number] < 0 ? unknown : (ushort)places[number])),
            isCut ? [.. vocabulary, Keys.Vocabulary.UnknownText] : vocabulary, register.Types, covered);
    }

    private static Corpus Of(List<int[]> texts, IReadOnlyList<string> vocabulary, TokenRegister register)
    {
        ushort unknown = (ushort)(UnknownIn(vocabulary) ?? 0);
        var counts = Enumerable.Range(0, register.Types).Select(register.CountOf).ToList();
        return new(
            texts.ConvertAll(text => Array.ConvertAll(text, number => number < vocabulary.Count ? (ushort)number : unknown)),
            vocabulary, counts.Count(count => count > 0), counts.Take(vocabulary.Count).Sum());
    }

    private static int? UnknownIn(IReadOnlyList<string> vocabulary)
    {
        for (int token = vocabulary.Count - 1; token >= 0; token--)
        {
            if (vocabulary[token] == Keys.Vocabulary.UnknownText)
                return token;
        }
        return null;
    }

    /// <summary>The n-gram distribution of the texts.</summary>
    /// <param name="order">n, at least 1.</param>
    /// <param name="smoothing">How counts become probabilities.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or no text has n tokens.</exception>
    public SparseNGramDistribution CreateDistribution(int order, NGramSmoothing smoothing) =>
        new(NGramCounts.Of(Vocabulary.Count, order, Texts), smoothing, Vocabulary);

    /// <summary>
    /// The texts' own windows, one from every place: <c>Context</c> and <c>Label</c>, whose KeyValues are the tokens' texts.
    /// No window reaches across the end of a text.
    /// </summary>
    /// <param name="contextWindow">Tokens of a window, at least 2.</param>
    /// <param name="ids">Whether the KeyValues are the tokens' ids instead, as a distribution's tokens are.</param>
    public SequenceDataView Windows(int contextWindow, bool ids = false)
    {
        var source = new WindowSequences(Texts, contextWindow, Vocabulary.Count);
        return new(source, source.Rows, ids ? null : Vocabulary);
    }
}
