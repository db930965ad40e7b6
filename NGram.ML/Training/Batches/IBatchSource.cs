namespace NGram.ML.Training.Batches;

/// <summary>
/// The batches of every epoch, each a pure function of (epoch, batch) so that a training can stop and go on anywhere.
/// </summary>
internal interface IBatchSource
{
    /// <summary>Batches of an epoch.</summary>
    int BatchesPerEpoch { get; }

    /// <summary>
    /// Tells this data from other: a checkpoint keeps it, so that a training does not continue with something else. Null: not
    /// told.
    /// </summary>
    string? Fingerprint => null;

    /// <summary>Row-major tokens of one batch; valid until the next call.</summary>
    /// <param name="epoch">Epoch, counted from 0.</param>
    /// <param name="batch">Batch in its epoch, counted from 0.</param>
    ReadOnlySpan<ushort> GetBatch(int epoch, int batch);

    /// <summary>The weights of that batch's rows, for the exact objective; empty: all count alike.</summary>
    /// <inheritdoc cref="GetBatch"/>
    ReadOnlySpan<float> GetWeights(int epoch, int batch) => [];
}
