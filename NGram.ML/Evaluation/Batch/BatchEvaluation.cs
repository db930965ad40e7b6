using System.Diagnostics;
using NGram.Data.Checks;
using NGram.Data.Distributions;
using NGram.Data.Files;

namespace NGram.ML.Evaluation.Batch;

/// <summary>
/// Many saved models on many data sets, side by side: each pair by itself, so that one that fails does not stop the others.
/// </summary>
public static class BatchEvaluation
{
    /// <summary>What the data is called where it is every prompt of the law.</summary>
    public const string ExactData = ExactEvaluation.DataName;

    /// <summary>Evaluates every model on every data set, in memory that does not grow with the rows.</summary>
    /// <param name="models">Paths of saved models, in any form of <see cref="Interchange.SavedModel"/>.</param>
    /// <param name="data">The data; may be empty where <see cref="BatchEvaluationOptions.Exact"/> is set.</param>
    /// <param name="options">How; null: the defaults.</param>
    /// <returns>A result for every pair, failed ones too, model after model.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    /// <exception cref="IOException">The folder for the predictions exists and is not empty.</exception>
    public static IReadOnlyList<EvaluatedPair> Run(
        IReadOnlyList<string> models,
        IReadOnlyList<EvaluationData> data,
        BatchEvaluationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(data);
        options ??= new();
        Require.Argument(options.Validate, nameof(options));

        var distribution = new Lazy<INGramDistribution?>(() =>
            options.DistributionFile is { } file ? DistributionFile.Load(file) : null);
        EvaluationData?[] sets = options.Exact ? [null, .. data] : [.. data];
        var pairs = models.SelectMany(path =>
        {
            var model = new Lazy<EvaluatedModel>(() => EvaluatedModel.Load(path, distribution, options));
            return sets.Select(set => (Path: path, Model: model, Data: set));
        }).ToArray();

        using var predictions = options.PredictionsDirectory is { } directory
            ? new PredictionsFolder(
                directory,
                [.. pairs.Select(pair => (pair.Path, pair.Data?.Name ?? ExactData))],
                options.SharesPredictions)
            : null;
        int[] wanted = [.. Enumerable.Range(0, pairs.Length).Where(options.IsWanted)];
        var results = new EvaluatedPair[wanted.Length];
        var rows = new Work(wanted.Length, options.Progress);
        Parallel.For(
            0,
            wanted.Length,
            new ParallelOptions { MaxDegreeOfParallelism = options.Parallelism },
            place =>
            {
                int index = wanted[place];
                var (path, model, set) = pairs[index];
                results[place] = Evaluate(
                    index,
                    path,
                    set?.Name ?? ExactData,
                    () => predictions is null ? Measure(null) : predictions.Write(index, Measure));
                rows.EndPair(place);

                NextTokenMetrics Measure(Stream? output) => set is null
                    ? model.Value.EvaluateExactly(options, output, (count, share) => rows.Add(place, count, share))
                    : model.Value.Evaluate(set, options, output, (count, share) => rows.Add(place, count, share));
            });
        predictions?.Commit();
        return results;

        EvaluatedPair Evaluate(int index, string path, string name, Func<NextTokenMetrics> evaluate)
        {
            try
            {
                options.CancellationToken.ThrowIfCancellationRequested();
                var metrics = evaluate() with { Model = path, Data = name };
                options.Measured?.Invoke(index, metrics);
                return new(path, name, metrics, null);
            }
            catch (Exception exception)
            {
                return new(path, name, null, exception);
            }
        }
    }

    /// <summary>Counts what all pairs have done.</summary>
    private sealed class Work(int allPairs, IProgress<EvaluationProgress>? progress)
    {
        private readonly Lock key = new();
        private readonly Stopwatch watch = Stopwatch.StartNew();
        private readonly double[] shares = new double[allPairs];
        private long rows;
        private int pairs;

        /// <summary>More rows of a pair are done, and with them a share of it.</summary>
        public void Add(int pair, int count, double share) => Report(pair, count, share, 0);

        public void EndPair(int pair) => Report(pair, 0, 1, 1);

        private void Report(int pair, int newRows, double share, int newPairs)
        {
            lock (key)
            {
                rows += newRows;
                pairs += newPairs;
                shares[pair] = Math.Max(share, shares[pair]);
                progress?.Report(new(rows, pairs, allPairs, watch.Elapsed) { Fraction = shares.Sum() / allPairs });
            }
        }
    }
}
