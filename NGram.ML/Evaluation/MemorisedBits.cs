using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.ML.Models;

namespace NGram.ML.Evaluation;

/// <summary>
/// What the memorised associations amount to in information: K prompts of which the model knows the next of N tokens are
/// K log2 N bits. K is read from the accuracy above chance, K = T0 (accuracy - 1/N) / (1 - 1/N): what inverts the accuracy
/// 1/N + (1 - 1/N) K / T0 of K memorised prompts and guesses on the rest, for equally probable prompts with one possible next
/// token each.
/// </summary>
public sealed record MemorisedBits
{
    /// <summary>The associations behind an accuracy.</summary>
    /// <param name="accuracy">From 0 to 1; below chance it counts as chance.</param>
    /// <param name="prompts">T0: number of prompts of non-zero probability, such as <c>law.CountPrompts(S)</c>.</param>
    /// <param name="architecture">The model: N and the number of its parameters.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public MemorisedBits(double accuracy, double prompts, Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        Require.InRange(accuracy, 0.0, 1.0, nameof(accuracy));
        Require.AtLeast(prompts, 1.0, nameof(prompts));
        int vocabulary = architecture.VocabularySize;
        double chance = 1.0 / vocabulary;
        Associations = vocabulary == 1 ? 0 : Math.Max(0, (accuracy - chance) / (1 - chance)) * prompts;
        Bits = Associations * Math.Log2(vocabulary);
        BitsPerParameter = Bits / architecture.ParameterCount;
    }

    /// <summary>
    /// The associations behind an accuracy on a law; null where its contexts are too many to count the prompts.
    /// </summary>
    /// <param name="accuracy">From 0 to 1.</param>
    /// <param name="distribution">The law of the tokens.</param>
    /// <param name="architecture">The model.</param>
    public static MemorisedBits? Of(double accuracy, INGramDistribution distribution, Architecture architecture)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        Require.InRange(accuracy, 0.0, 1.0, nameof(accuracy));
        return distribution.TryCountPrompts(architecture.PromptLength) is { } prompts
            ? new(accuracy, prompts, architecture)
            : null;
    }

    /// <summary>K: prompts whose next token is known; a mean, so not a whole number.</summary>
    public double Associations { get; }

    /// <summary>K log2 N.</summary>
    public double Bits { get; }

    /// <summary>Bits over the parameters that the forward pass uses.</summary>
    public double BitsPerParameter { get; }
}
