using NGram.Data;
using NGram.Data.Distributions;
using NGram.ML.Estimators;
using NGram.ML.Inspection;

// In ML.NET's namespace, so that users find it without another using.
namespace Microsoft.ML;

/// <summary>A model under the microscope, as <c>mlContext.NGrams.Inspect(...)</c>.</summary>
public static class InspectionCatalogExtensions
{
    /// <summary>
    /// Inspects every head of a transformer over every prompt of a law: its complete tables, its share of the logit, where it
    /// looks, and how many prompts fail without it.
    /// </summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="model">A transformer whose tokens are the law's ids, in order.</param>
    /// <param name="distribution">The law of the tokens.</param>
    /// <exception cref="ArgumentException">
    /// The model is not a transformer or has other tokens, or there are too many prompts.
    /// </exception>
    /// <example>
    /// <code>
    /// var inspection = ml.NGrams.Inspect(model, distribution);
    /// Console.WriteLine(inspection.ToDataFrame());
    /// Console.WriteLine(inspection.Tables(head: 0).ValueOutput[3, 4]);
    /// </code>
    /// </example>
    public static ModelInspection Inspect(
        this NGramCatalog catalog, NextTokenTransformer model, INGramDistribution distribution)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        return ModelInspection.TryCreate(model.Architecture, model.Parameters, distribution)
            ?? throw new ArgumentException("Only a transformer has heads.", nameof(model));
    }

    /// <summary>What a model holds of every prompt of a law: facts, margins, divergences.</summary>
    /// <param name="catalog">From <c>mlContext.NGrams</c>.</param>
    /// <param name="model">The model; its tokens are the law's ids, in order.</param>
    /// <param name="distribution">The law of the tokens.</param>
    /// <exception cref="ArgumentException">The model has other tokens, or there are too many prompts.</exception>
    /// <example>
    /// <code>
    /// Console.WriteLine(ml.NGrams.Memory(model, distribution).PromptsToDataFrame());
    /// </code>
    /// </example>
    public static MemoryTrace Memory(
        this NGramCatalog catalog, NextTokenTransformer model, INGramDistribution distribution)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(model);
        var trace = new MemoryTrace(distribution, model.Architecture);
        trace.Add(model.Parameters);
        return trace;
    }
}
