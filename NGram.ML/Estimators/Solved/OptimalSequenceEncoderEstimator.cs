using Microsoft.ML;
using Microsoft.ML.Runtime;
using NGram.Data.Checks;
using NGram.ML.Models;
using NGram.ML.Optimum;

namespace NGram.ML.Estimators.Solved;

/// <summary>
/// Finds the best sequence encoder of a dimension for a known law instead of training one: see
/// <see cref="SequenceEncoderOptimum"/>. Of the data only the columns count.
/// </summary>
public sealed class OptimalSequenceEncoderEstimator : IEstimator<NextTokenTransformer>
{
    private readonly SequenceEncoderEstimator encoder;
    private readonly OptimumOptions search;

    internal OptimalSequenceEncoderEstimator(
        IHostEnvironment environment, SequenceEncoderTrainerOptions options, OptimumOptions search)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(search);
        Require.Argument(search.Validate, nameof(search));
        Require.That(
            options.Distribution is not null, nameof(options.Distribution), "missing", "given: the law whose optimum it is");
        encoder = new(environment, options);
        this.search = search;
    }

    /// <summary>The encoder for the columns of some data.</summary>
    /// <exception cref="ArgumentException">The columns or the law do not fit, or the law is too large.</exception>
    public NextTokenTransformer Fit(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var architecture = (SequenceEncoderArchitecture)encoder.ArchitectureFor(input.Schema);
        var optimum = SequenceEncoderOptimum.Find(encoder.Options.Distribution!, architecture, search);
        return encoder.Restore(input.Schema, optimum.Parameters!);
    }

    /// <inheritdoc/>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => encoder.GetOutputSchema(inputSchema);
}
