using Microsoft.ML;

namespace NGram.ML.Estimators.Scoring;

/// <summary>Adds columns that are computed from the tokens in Context, a batch of rows at a time.</summary>
internal interface IPromptMapper
{
    /// <summary>The column that is read.</summary>
    string ContextColumn { get; }

    /// <summary>The input's columns followed by the added ones.</summary>
    DataViewSchema GetOutputSchema(DataViewSchema inputSchema);

    /// <summary>A batch of rows with this schema; one a cursor.</summary>
    PromptBatch CreateBatch(DataViewSchema schema, int batchSize);
}
