using System.Globalization;
using System.Numerics.Tensors;
using Microsoft.Data.Analysis;
using NGram.Data.Distributions;
using NGram.ML.Evaluation;
using NGram.ML.Models;
using NGram.ML.Models.Tensors;
using NGram.ML.Prediction;

namespace NGram.ML.Inspection;

/// <summary>
/// A transformer under the microscope: what each head looks at, what it adds, and how many prompts fail without it, over every
/// prompt of a law, in double.
/// </summary>
public sealed class ModelInspection
{
    private const int ChunkOfPrompts = 1024;

    private readonly TransformerArchitecture architecture;
    private readonly StateDict parameters;
    private readonly INGramDistribution distribution;
    private readonly double promptLimit;
    private readonly CancellationToken cancellation;
    private readonly GlassForward forward;
    private readonly double[,][] attention; // [head, last token] to [first token]: only for S = 2

    /// <summary>Runs every prompt.</summary>
    /// <param name="architecture">A transformer.</param>
    /// <param name="parameters">Its parameters under PyTorch's names.</param>
    /// <param name="distribution">The law; its ids are the model's tokens.</param>
    /// <param name="promptLimit">Maximum number of prompts to go through; at least 1.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="ArgumentException">
    /// There are more prompts than the limit, the model has other tokens or shorter prompts, or the parameters belong to another
    /// model.
    /// </exception>
    public ModelInspection(
        TransformerArchitecture architecture,
        StateDict parameters,
        INGramDistribution distribution,
        double promptLimit = 1_000_000,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(distribution);
        parameters.RequireSame(architecture.Parameters);
        (this.architecture, this.parameters, this.distribution) = (architecture, parameters, distribution);
        (this.promptLimit, cancellation) = (promptLimit, cancellationToken);
        forward = new GlassForward(architecture, parameters);
        attention = new double[forward.Heads.Count, architecture.PromptLength == 2 ? architecture.VocabularySize : 0][];
        bool[] held = Held(parameters);
        Facts = held.Count(one => one);
        Heads = Measure(held);
    }

    /// <summary>The inspection of a model of any kind; null if it has no heads.</summary>
    internal static ModelInspection? TryCreate(
        Architecture architecture,
        StateDict parameters,
        INGramDistribution distribution,
        CancellationToken cancellationToken = default) =>
        architecture is TransformerArchitecture transformer
            ? new(transformer, parameters, distribution, cancellationToken: cancellationToken)
            : null;

    /// <summary>Number of prompts that the model holds.</summary>
    public long Facts { get; }

    /// <summary>The heads, layer by layer.</summary>
    public IReadOnlyList<HeadReport> Heads { get; }

    /// <summary>
    /// The share of the logit that the last token's embedding contributes directly, measured as the heads' shares are.
    /// </summary>
    public double EmbeddingShare { get; private set; }

    /// <summary>The share of the MLPs; 0 without them.</summary>
    public double MlpShare { get; private set; }

    /// <summary>A head's complete tables.</summary>
    /// <param name="head">Its number among <see cref="Heads"/>.</param>
    public HeadTables Tables(int head) => new(architecture, parameters, forward.Heads[head]);

    /// <summary>
    /// [N first tokens, N last tokens]: the attention from the last position to the first, NaN where the law has no such prompt;
    /// null unless prompts have two tokens.
    /// </summary>
    /// <param name="head">Its number among <see cref="Heads"/>.</param>
    public double[,]? AttentionToFirst(int head)
    {
        int n = attention.GetLength(1);
        if (n == 0)
            return null;
        double[,] picture = new double[n, n];
        for (int last = 0; last < n; last++)
        {
            for (int first = 0; first < n; first++)
                picture[first, last] = attention[head, last]?[first] ?? double.NaN;
        }
        return picture;
    }

    /// <summary>
    /// Columns Layer, Module, Head, LogitShare, FailWithout, FactsWithout, AttentionToFirst: one row per head, counted from 0.
    /// </summary>
    public DataFrame ToDataFrame() => new(
        new Int32DataFrameColumn("Layer", Heads.Select(head => head.Place.Layer)),
        new Int32DataFrameColumn("Module", Heads.Select(head => head.Place.Module)),
        new Int32DataFrameColumn("Head", Heads.Select(head => head.Place.Head)),
        new DoubleDataFrameColumn("LogitShare", Heads.Select(head => head.LogitShare)),
        new Int64DataFrameColumn("FailWithout", Heads.Select(head => head.FailWithout)),
        new Int64DataFrameColumn("FactsWithout", Heads.Select(head => head.FactsWithout)),
        new DoubleDataFrameColumn("AttentionToFirst", Heads.Select(head => head.AttentionToFirst)));

    /// <summary>
    /// A table of numbers with a row and a column for each token or position: the first column has the row's number.
    /// </summary>
    public static DataFrame ToDataFrame(double[,] table)
    {
        ArgumentNullException.ThrowIfNull(table);
        int rows = table.GetLength(0);
        var columns = Enumerable.Range(0, table.GetLength(1)).Select(j => (DataFrameColumn)new DoubleDataFrameColumn(
            j.ToString(CultureInfo.InvariantCulture), Enumerable.Range(0, rows).Select(i => table[i, j])));
        return new([new Int32DataFrameColumn("Token", Enumerable.Range(0, rows)), .. columns]);
    }

    private HeadReport[] Measure(bool[] held)
    {
        int count = forward.Heads.Count, n = architecture.VocabularySize, d = architecture.Options.EmbeddingDimension;
        double[] unembedding = parameters["unemb.weight"].Values, mean = new double[d];
        for (int i = 0; i < unembedding.Length; i++)
            mean[i % d] += unembedding[i] / n;
        double[] added = new double[count], toFirst = new double[count];
        double whole = 0, ofEmbedding = 0;
        foreach (var prompts in distribution.EnumeratePrompts(architecture.PromptLength, promptLimit).Chunk(ChunkOfPrompts))
        {
            cancellation.ThrowIfCancellationRequested();
            var seen = new PromptShares[prompts.Length];
            Parallel.For(0, prompts.Length, i => seen[i] = Look(prompts[i], mean));
            // One after another, so that sums do not depend on threads.
            foreach (var (prompt, shares) in prompts.Zip(seen))
            {
                whole += prompt.Probability * shares.Whole;
                ofEmbedding += prompt.Probability * shares.Embedding;
                for (int head = 0; head < count; head++)
                {
                    added[head] += prompt.Probability * shares.Heads[head];
                    toFirst[head] += prompt.Probability * shares.First[head];
                    if (attention.GetLength(1) > 0)
                        Row(head, prompt.Tokens[^1])[prompt.Tokens[0]] = shares.First[head];
                }
            }
        }
        EmbeddingShare = ofEmbedding / whole;
        MlpShare = architecture.Options.HasMlp ? 1 - (ofEmbedding + added.Sum()) / whole : 0;
        return
        [
            .. forward.Heads.Select((head, i) =>
            {
                bool[] without = Held(Without(head));
                return new HeadReport
                {
                    Place = head.Place,
                    LogitShare = added[i] / whole,
                    FactsWithout = without.Count(one => one),
                    FailWithout = held.Zip(without).Count(pair => pair is (true, false)),
                    AttentionToFirst = toFirst[i],
                };
            }),
        ];
    }

    private PromptShares Look(Prompt prompt, double[] mean)
    {
        int d = mean.Length;
        double[] law = new double[architecture.VocabularySize], towards = new double[d];
        double[] own = new double[forward.Heads.Count], first = new double[forward.Heads.Count];
        distribution.GetProbabilities(prompt.Tokens, law);
        int best = TensorPrimitives.IndexOfMax<double>(law);
        TensorPrimitives.Subtract(parameters["unemb.weight"].Values.AsSpan(best * d, d), mean, towards);
        var (embedding, residual) = forward.Run(prompt.Tokens, (head, weights, sum) =>
        {
            own[head] = TensorPrimitives.Dot(towards, sum);
            first[head] = weights[0];
        });
        return new(
            TensorPrimitives.Dot<double>(towards, residual), TensorPrimitives.Dot<double>(towards, embedding), own, first);
    }

    private double[] Row(int head, int last)
    {
        if (attention[head, last] is null)
        {
            attention[head, last] = new double[architecture.VocabularySize];
            Array.Fill(attention[head, last], double.NaN);
        }
        return attention[head, last];
    }

    private bool[] Held(StateDict weights)
    {
        using var predictor = IPredictor.Create(architecture, weights);
        List<bool> held = [];
        new ExactPredictions(predictor, distribution, promptLimit)
            .ForEach((_, law, prediction) => held.Add(prediction.IsMemorised(law)));
        return [.. held];
    }

    // What the head writes is multiplied by zeros.
    private StateDict Without(HeadMatrices head)
    {
        string name = $"attn_seq.{head.Place.Layer}.{head.Place.Module}.out_proj.weight";
        var (shape, values) = parameters[name];
        double[] zeroed = [.. values];
        int columns = (int)shape[1], start = head.Place.Head * head.Width;
        for (int row = 0; row < zeroed.Length; row += columns)
            zeroed.AsSpan(row + start, head.Width).Clear();
        var weights = new StateDict();
        foreach (var (key, tensor) in parameters)
            weights.Add(key, key == name ? new(shape, zeroed) : tensor);
        return weights;
    }

    // The logit of the best token minus the mean of all: the whole, and what each part adds to it; attention to the first token.
    private sealed record PromptShares(double Whole, double Embedding, double[] Heads, double[] First);
}
