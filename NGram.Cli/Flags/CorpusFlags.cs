using System.CommandLine;
using NGram.Cli.CommandLine;
using NGram.Cli.Terminal;
using NGram.Data.Checks;
using NGram.Data.Corpora;
using NGram.Data.Counts;
using NGram.Data.Keys;
using NGram.Data.Text;

namespace NGram.Cli.Flags;

/// <summary>How a text becomes tokens, and their counts a distribution.</summary>
internal sealed class CorpusFlags : FlagGroup
{
    private readonly Option<TokenUnit> tokens;
    private readonly Option<int> vocabularySize;
    private readonly Option<int> order;
    private readonly Option<Type> smoothing;
    private readonly Option<double?> discount;
    private readonly Option<double> pseudocount;

    public CorpusFlags() : base("Text and law")
    {
        var defaults = new CorpusOptions();
        tokens = Add(
            Flag.Choice(
                "--tokens",
                "What a token is; bytes are written as two hexadecimal digits.",
                defaults.Unit,
                ("word", TokenUnit.Word),
                ("character", TokenUnit.Character),
                ("byte", TokenUnit.Byte)));
        vocabularySize = Add(
            Flag.Integer(
                "--vocabulary-size",
                $"The most different tokens to keep; the others share one, {Vocabulary.UnknownText}.",
                defaults.VocabularySize));
        order = Add(
            Flag.Integer(
                "--order",
                "n: a token depends on the n - 1 before it. A sequence may begin at any place of the text: its first tokens, "
                + "with fewer before them, have the text's shorter counts.",
                3));
        smoothing = Add(
            Flag.Choice(
                "--smoothing",
                "Interpolated Kneser-Ney, add-k, or none: relative frequencies. After a context that the text does not have, "
                + "add-k is uniform, and the others use the longest suffix of it that the text has, kneser-ney "
                + "by the number of different tokens before (the beginning of a text is one).",
                typeof(KneserNey),
                ("kneser-ney", typeof(KneserNey)),
                ("add-k", typeof(AddK)),
                ("none", typeof(MaximumLikelihood))));
        discount = Add(
            Flag.OptionalReal(
                "--discount",
                "kneser-ney: D, what is subtracted from each count, above 0 and below 1. [default: n1 / (n1 + 2 n2) for "
                + "each level, with n1 and n2 its sequences counted once and twice; 0.75 where one of them is 0]"));
        pseudocount = Add(Flag.Real("--pseudocount", "add-k: k, what is added to each count.", new AddK().Pseudocount));
    }

    /// <summary>What the command line asks for.</summary>
    /// <exception cref="UsageException">A value is out of range, or contradicts another.</exception>
    public (CorpusOptions Options, int Order, NGramSmoothing Smoothing) Bind(ParseResult parse)
    {
        var options = new CorpusOptions { Unit = parse.GetValue(tokens), VocabularySize = parse.GetValue(vocabularySize) };
        var kind = parse.GetValue(smoothing);
        if (kind != typeof(KneserNey))
            Refuse(parse, "is only for --smoothing kneser-ney.", discount);
        if (kind != typeof(AddK))
            Refuse(parse, "is only for --smoothing add-k.", pseudocount);
        NGramSmoothing law = kind == typeof(KneserNey) ? new KneserNey { Discount = parse.GetValue(discount) }
            : kind == typeof(AddK) ? new AddK { Pseudocount = parse.GetValue(pseudocount) }
            : new MaximumLikelihood();
        Check(options.Validate);
        Check(law.Validate);
        Check(() => Require.AtLeast(parse.GetValue(order), 1, "Order"));
        return (options, parse.GetValue(order), law);
    }
}
