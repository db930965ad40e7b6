using System.Text.Json;
using System.Text.Json.Serialization;
using NGram.ML.Constructions;
using NGram.ML.Optimum;
using NGram.ML.Reports;

namespace NGram.ML.Experiments;

/// <summary>An experiment's results as plain data; losses in nats.</summary>
public sealed record ExperimentSummary
{
    internal const string Trained = "train", Constructed = "construct";

    /// <summary>Mean divergence of the 100 batches before the last; null if no law is known.</summary>
    public double? Divergence { get; init; }

    /// <summary>Mean cross entropy of the same batches.</summary>
    public double? CrossEntropy { get; init; }

    /// <summary>Mean accuracy of the same batches.</summary>
    public double? Accuracy { get; init; }

    /// <summary>
    /// Divergence over every prompt of the law; null, as what follows to <see cref="SmallestMargin"/>, where no law is known or
    /// its prompts are too many to go through.
    /// </summary>
    public double? ExactDivergence { get; init; }

    /// <summary>Expected accuracy over every prompt of the law.</summary>
    public double? ExactAccuracy { get; init; }

    /// <summary>
    /// What the model holds of the law, by code length: T0 (log N - CE) / ln 2 for T0 prompts and the exact cross entropy CE.
    /// </summary>
    public double? Bits { get; init; }

    /// <summary>Bits over the parameters that the forward pass uses.</summary>
    public double? BitsPerParameter { get; init; }

    /// <summary>Prompts whose most probable token under the model is a most probable one of the law.</summary>
    public long? Facts { get; init; }

    /// <summary>
    /// The smallest margin over the prompts, by which the greatest logit of the law's most probable tokens is above that of every
    /// other token: above 0 if all prompts are facts.
    /// </summary>
    public double? SmallestMargin { get; init; }

    /// <summary>
    /// How often a prompt was trained on, on average: sequences trained on, divided by T0; null if T0 is unknown.
    /// </summary>
    public double? Exposures { get; init; }

    /// <summary>
    /// The share of the prompts, by probability, in the training sample, or in all that was drawn where fresh sequences were;
    /// null if no law is known or its prompts are too many to go through.
    /// </summary>
    public double? Coverage { get; init; }

    /// <summary>
    /// Divergence of the validation data after the last whole epoch; null without such data, and where no law is known.
    /// </summary>
    public double? ValidationDivergence { get; init; }

    /// <summary>Cross entropy of the validation data after the last whole epoch; null without such data.</summary>
    public double? ValidationCrossEntropy { get; init; }

    /// <summary>Accuracy on the validation data after the last whole epoch; null without such data.</summary>
    public double? ValidationAccuracy { get; init; }

    /// <summary>Entropy of the law at position n - 1; null if no law is known.</summary>
    public double? Entropy { get; init; }

    /// <summary>Divergence of the uniform predictor; null if no law is known.</summary>
    public double? UniformDivergence { get; init; }

    /// <summary>
    /// Divergence of the baseline, a sequence encoder. Trained, it is the notebook's optimal baseline, an estimate of the infimum
    /// that <see cref="Bounds"/> may have; exact, the infimum as a proposition gives it or a search found it. Null without one.
    /// </summary>
    public double? OptimalDivergence { get; init; }

    /// <summary>Whether the baseline was trained or is exact; null without one.</summary>
    public BaselineKind? Baseline { get; init; }

    /// <summary>The statement by which the exact baseline is 0; null if it was searched for.</summary>
    public string? BaselineCertificate { get; init; }

    /// <summary>Number of searches for the exact baseline; 0 if a proposition made them unnecessary.</summary>
    public int? BaselineRestarts { get; init; }

    /// <summary>How many of them ended within 1e-6 of the best; within 1e-4 where tokens are impossible.</summary>
    public int? BaselineAgreeing { get; init; }

    /// <summary>The greatest minus the least divergence that they reached.</summary>
    public double? BaselineSpread { get; init; }

    /// <summary>The largest derivative where the best of them ended: 1e-8 at most where it converged.</summary>
    public double? BaselineDerivative { get; init; }

    /// <summary>
    /// Whether the exact baseline is known, or the best search has come to its end (<see
    /// cref="SequenceEncoderOptimum.IsConverged"/>); otherwise it is only an upper bound of the infimum.
    /// </summary>
    public bool? BaselineConverged { get; init; }

    /// <summary>What the best search tends to if the infimum is at infinity, an estimate; null if it is attained.</summary>
    public double? BaselineLimit { get; init; }

    /// <summary>
    /// Divergences of the best predictors without context and from the last token, and of add-k and Kneser-Ney on the training's
    /// sample; null if no law is known or it is too large.
    /// </summary>
    public SimplePredictors? Predictors { get; init; }

    /// <summary>Accuracy of a random guess.</summary>
    public double? ChanceAccuracy { get; init; }

    /// <summary>
    /// The bounds by name. Where a trained baseline stands beside them, the infimum of Propositions 2 and 3 has the name
    /// infimumDivergence alone, since optimalDivergence is the baseline.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Bounds { get; init; }

    /// <summary>
    /// Whether each bound's conditions hold: false where its value is shown beyond them, null if that is not known.
    /// </summary>
    public required IReadOnlyDictionary<string, bool?> BoundsHold { get; init; }

    /// <summary>How the weights were made: train or construct.</summary>
    public required string Method { get; init; }

    /// <summary>Rank of the construction's linear system; null after a training.</summary>
    public int? Rank { get; init; }

    /// <summary>Its condition number, to a few per cent; null after a training.</summary>
    public double? ConditionNumber { get; init; }

    /// <summary>Which weights were built: theorem, n-gram or fact-mlp; null after a training.</summary>
    public ConstructionMethod? Construction { get; init; }

    /// <summary>Number of prompts that the construction was solved for; null after a training.</summary>
    public int? Solved { get; init; }

    /// <summary>Facts of the same weights in float32, what a training would start from; null after a training.</summary>
    public long? Float32Facts { get; init; }

    /// <summary>The smallest margin of the same weights in float32; null after a training.</summary>
    public double? Float32SmallestMargin { get; init; }

    /// <summary>Divergence over every prompt of the same weights in float32; null after a training.</summary>
    public double? Float32Divergence { get; init; }

    /// <summary>
    /// T0: prompts of S tokens with a non-zero probability; null if they are too many to count, or no law is known.
    /// </summary>
    public double? Prompts { get; init; }

    /// <summary>
    /// T_eps: the fewest prompts whose probabilities add to 1 - epsilon; null if they are too many to count, or no law is
    /// known.
    /// </summary>
    public double? PromptsForEpsilon { get; init; }

    /// <summary>N: number of different tokens.</summary>
    public int VocabularySize { get; init; }

    /// <summary>Tokens of a sequence, the one to predict included.</summary>
    public int ContextWindow { get; init; }

    /// <summary>Sequences of the training data.</summary>
    public long Sequences { get; init; }

    /// <summary>Parameters that the model's forward pass uses.</summary>
    public long Parameters { get; init; }

    /// <summary>
    /// The same without the embeddings of tokens and positions and the unembedding; null in files of older versions.
    /// </summary>
    public long? NonEmbeddingParameters { get; init; }

    /// <summary>Number of parameters that are trained; null in files of older versions.</summary>
    public long? TrainedParameters { get; init; }

    /// <summary>Batches trained.</summary>
    public int Steps { get; init; }

    /// <summary>Seconds of the whole experiment: sampling, training and baseline.</summary>
    public double Seconds { get; init; }

    /// <summary>Seconds of the model's training.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>The engine that trained the model; none after a construction.</summary>
    public required string Engine { get; init; }

    /// <summary>Floats of the vectors that the fused engine computed with; null for another engine.</summary>
    public int? Lanes { get; init; }

    /// <summary>Threads that shared most of the fused engine's steps; null for another engine.</summary>
    public int? Threads { get; init; }

    /// <summary>The engine with its lanes and, where there were several, its threads.</summary>
    [JsonIgnore]
    internal string EngineText => Engine
        + (Lanes is { } lanes ? FormattableString.Invariant($", {lanes} lanes") : "")
        + (Threads is > 1 and var threads ? FormattableString.Invariant($", {threads} threads") : "");

    /// <summary>Whether everything requested was trained, without being cancelled or diverging.</summary>
    public bool Completed { get; init; }

    /// <summary>Why the training ended.</summary>
    public required string StopReason { get; init; }

    /// <summary>Evidence that the trained baseline is not the optimum, in one sentence; null if there is none.</summary>
    [JsonIgnore]
    public string? BaselineWarning => Baseline == BaselineKind.Exact
        ? null
        : TrainedBaseline.Warning(OptimalDivergence, Divergence, ExactDivergence);

    /// <summary>Indented camelCase JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, ExperimentJson.Default.ExperimentSummary);
}
