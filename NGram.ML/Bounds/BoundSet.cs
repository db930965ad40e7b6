using System.Collections;
using Microsoft.Data.Analysis;
using NGram.Data.Distributions;
using NGram.ML.Models;
using NGram.ML.Optimum;

namespace NGram.ML.Bounds;

/// <summary>All bounds and baselines of one setting, in a fixed order.</summary>
public sealed class BoundSet : IReadOnlyList<Bound>
{
    private readonly Bound[] bounds;

    /// <summary>Computes every bound.</summary>
    /// <param name="setting">The model's dimensions and the law's figures.</param>
    public BoundSet(BoundSetting setting)
    {
        bounds =
        [
            ChanceAccuracy.For(setting),
            SeedLowerBound.For(setting),
            Corollary2.For(setting),
            PreviousAsDrawn.For(setting),
            PreviousAsStated.For(setting),
            UniformDivergence.For(setting),
            OptimalDivergence.For(setting),
        ];
        Capacities =
        [
            Corollary1Parameters.For(setting),
            KimParameters.For(setting),
            MaddenContexts.For(setting),
            Theorem1Parameters.For(setting),
            Theorem2Divergence.For(setting),
            KajitsukaPrompts.For(setting),
            NichaniLinear.For(setting),
            NichaniMlp.For(setting),
            AdlerRelations.For(setting),
            YangLabels.For(setting),
            GiorlandinoPairs.For(setting),
            CountingPrompts.For(setting),
            .. MeasuredBits.For(setting),
        ];
    }

    /// <inheritdoc/>
    public int Count => bounds.Length;

    /// <inheritdoc/>
    public Bound this[int index] => bounds[index];

    /// <summary>
    /// What memorising every context takes and what a number of parameters allows: counts, orders and measurements, for tables
    /// alone.
    /// </summary>
    public IReadOnlyList<Bound> Capacities { get; }

    /// <summary>Every statement, these and the capacities, as <see cref="BoundTable"/> has them.</summary>
    public DataFrame ToDataFrame() => BoundTable.Create([.. bounds, .. Capacities]);

    /// <summary>The values that are known, by name, in the same order: what a summary holds.</summary>
    public IReadOnlyDictionary<string, double> Values =>
        bounds.Where(bound => bound.Value is not null).ToDictionary(bound => bound.Name, bound => bound.Value!.Value);

    /// <summary>Whether each bound's conditions hold, by name, in the same order: <see cref="Bound.Holds"/>.</summary>
    public IReadOnlyDictionary<string, bool?> Conditions => bounds.ToDictionary(bound => bound.Name, bound => bound.Holds);

    /// <summary>The bounds on a transformer, beside its training: entropies are means over the scored positions.</summary>
    /// <param name="distribution">The law of the tokens; null if it is not known, and with it most values.</param>
    /// <param name="architecture">The model.</param>
    public static BoundSet For(INGramDistribution? distribution, TransformerArchitecture architecture) =>
        For(distribution, architecture, found: null);

    /// <summary>The same of any model, with the optimum that a search found; null: there was none.</summary>
    internal static BoundSet For(
        INGramDistribution? distribution, Architecture architecture, SequenceEncoderOptimum? found) =>
        new(BoundSetting.Of(architecture).Under(distribution, law => ScoredEntropy.Of(law, architecture)) with
        {
            FoundOptimum = found?.Divergence,
            FoundLimit = found?.Limit,
        });

    /// <summary>
    /// Every statement on a model of any kind, for a table: on one that is not a transformer, those that are not about heads.
    /// </summary>
    /// <param name="distribution">The law; null if it is not known.</param>
    /// <param name="architecture">The model.</param>
    /// <param name="found">What a search for the best sequence encoder found; null: there was none.</param>
    internal static IReadOnlyList<Bound> All(
        INGramDistribution? distribution, Architecture architecture, SequenceEncoderOptimum? found = null)
    {
        var setting = BoundSetting.Of(architecture);
        if (setting.HasHeads)
        {
            var set = For(distribution, architecture, found);
            return [.. set, .. set.Capacities];
        }
        return [.. OfLabel(distribution, architecture), CountingPrompts.For(setting), .. MeasuredBits.For(setting)];
    }

    /// <summary>
    /// The bounds on predictions of the label alone, whose entropy they subtract: all of them for a transformer, the baselines
    /// that are stated for it for another model.
    /// </summary>
    internal static IReadOnlyList<Bound> OfLabel(INGramDistribution? distribution, Architecture architecture)
    {
        var setting = BoundSetting.Of(architecture).Under(distribution, law => law.EntropyAt(architecture.PromptLength));
        if (setting.HasHeads)
            return new BoundSet(setting);
        // The optimum is that of a dimension, which another module does not say.
        Bound[] baselines = [ChanceAccuracy.For(setting), UniformDivergence.For(setting)];
        return setting.EmbeddingDimension > 0 ? [.. baselines, OptimalDivergence.For(setting)] : baselines;
    }

    /// <inheritdoc/>
    public IEnumerator<Bound> GetEnumerator() => ((IEnumerable<Bound>)bounds).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => bounds.GetEnumerator();
}
