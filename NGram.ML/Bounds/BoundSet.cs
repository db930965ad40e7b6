using System.Collections;
using NGram.Data.Distributions;
using NGram.ML.Models;

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
        Capacities = [Corollary1Parameters.For(setting), KimParameters.For(setting), MaddenContexts.For(setting)];
    }

    /// <inheritdoc/>
    public int Count => bounds.Length;

    /// <inheritdoc/>
    public Bound this[int index] => bounds[index];

    /// <summary>What memorising every context takes and what a number of parameters allows: counts, for tables alone.</summary>
    public IReadOnlyList<Bound> Capacities { get; }

    /// <summary>The values that are known, by name, in the same order: what a summary holds.</summary>
    public IReadOnlyDictionary<string, double> Values =>
        bounds.Where(bound => bound.Value is not null).ToDictionary(bound => bound.Name, bound => bound.Value!.Value);

    /// <summary>The bounds on a transformer.</summary>
    /// <param name="distribution">The law of the tokens; null where it is not known, and with it most values.</param>
    /// <param name="architecture">The model.</param>
    public static BoundSet For(INGramDistribution? distribution, TransformerArchitecture architecture)
    {
        var setting = BoundSetting.Of(architecture);
        return new BoundSet(distribution is null ? setting : setting with
        {
            Memorised = MemorisedAccuracy.Of(distribution, setting.PromptLength),
            Entropy = ScoredEntropy.Of(distribution, architecture),
        });
    }

    /// <summary>The bounds on a model; null where none are known for its architecture.</summary>
    internal static BoundSet? Of(INGramDistribution? distribution, Architecture architecture) =>
        architecture is TransformerArchitecture transformer ? For(distribution, transformer) : null;

    /// <inheritdoc/>
    public IEnumerator<Bound> GetEnumerator() => ((IEnumerable<Bound>)bounds).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => bounds.GetEnumerator();
}
