using System.Buffers;
using NGram.Data.Distributions.Sparse;
using NGram.Data.Views;

namespace NGram.Data.Corpora;

/// <summary>Texts as tokens of a vocabulary that is theirs: the most frequent tokens first. Two bytes a token in memory.</summary>
public sealed class Corpus
{
    /// <summary>What stands for all tokens that the vocabulary has no place for.</summary>
    public const string UnknownText = "<unk>";

    private Corpus(IReadOnlyList<ushort[]> texts, IReadOnlyList<string> vocabulary, int types, long covered)
    {
        Texts = texts;
        Vocabulary = vocabulary;
        Types = types;
        Tokens = texts.Sum(text => (long)text.Length);
        Coverage = Tokens > 0 ? (double)covered / Tokens : 0;
    }

    /// <summary>What each token stands for, the most frequent first; <see cref="UnknownText"/> last, where there is one.</summary>
    public IReadOnlyList<string> Vocabulary { get; }

    /// <summary>The tokens of each text.</summary>
    public IReadOnlyList<ushort[]> Texts { get; }

    /// <summary>Number of tokens.</summary>
    public long Tokens { get; }

    /// <summary>Number of different tokens, those without a place in the vocabulary included.</summary>
    public int Types { get; }

    /// <summary>The share of the tokens that have a place in the vocabulary.</summary>
    public double Coverage { get; }

    /// <summary>The token of all that has no place; null where everything has one.</summary>
    public int? Unknown => Types > Vocabulary.Count ? Vocabulary.Count - 1 : null;

    /// <summary>Reads files, each of them a text of its own.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="options">How they become tokens.</param>
    /// <param name="progress">Receives the bytes read, of all files together.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidDataException">A file is no UTF-8 (the message names it and the line), or all have fewer than two different tokens.</exception>
    public static Corpus Read(IEnumerable<string> paths, CorpusOptions? options = null, IProgress<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var files = paths.ToList();
        return Read(files.Select(path => (path, (Func<Stream>)(() => File.OpenRead(path)))), options, progress, cancellationToken);
    }

    internal static Corpus Read(IEnumerable<(string Path, Func<Stream> Open)> files, CorpusOptions? options, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        options ??= new();
        options.Validate();
        var tokenizer = new Tokenizer(options.Unit);
        var register = new TokenRegister();
        var (texts, done) = (new List<int[]>(), 0L);
        foreach (var (path, open) in files)
        {
            using var stream = open();
            var numbers = new ArrayBufferWriter<int>();
            void Receive(ReadOnlySpan<char> token)
            {
                numbers.GetSpan(1)[0] = register.Add(token);
                numbers.Advance(1);
                if ((numbers.WrittenCount & 0xFFFF) == 0)
                    progress?.Report(done + stream.Position);
            }
            tokenizer.Read(stream, path, Receive, cancellationToken);
            texts.Add(numbers.WrittenSpan.ToArray());
            progress?.Report(done += stream.Position);
        }
        if (register.Types < 2)
            throw new InvalidDataException($"The text has {register.Types} different tokens; a distribution needs 2.");
        var isCut = register.Types > options.VocabularySize;
        var (vocabulary, places, covered) = register.MostFrequent(isCut ? options.VocabularySize - 1 : options.VocabularySize);
        var unknown = (ushort)vocabulary.Length;
        return new(
            texts.ConvertAll(text => Array.ConvertAll(text, number => places[number] < 0 ? unknown : (ushort)places[number])),
            isCut ? [.. vocabulary, UnknownText] : vocabulary, register.Types, covered);
    }

    /// <summary>The n-gram distribution of the texts.</summary>
    /// <param name="order">n, at least 1.</param>
    /// <param name="smoothing">How counts become probabilities.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or no text has n tokens.</exception>
    public SparseNGramDistribution CreateDistribution(int order, Smoothing smoothing) =>
        new(NGramCounts.Of(Vocabulary.Count, order, Texts), smoothing, Vocabulary);

    /// <summary>
    /// The texts' own windows, one from every place: <c>Context</c> and <c>Label</c>, whose KeyValues are the tokens' texts.
    /// No window goes across the end of a text.
    /// </summary>
    /// <param name="contextWindow">Tokens of a window, at least 2.</param>
    public SequenceDataView Windows(int contextWindow)
    {
        var source = new WindowSequences(Texts, contextWindow, Vocabulary.Count);
        return new(source, source.Rows, Vocabulary);
    }
}
