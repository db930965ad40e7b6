namespace NGram.ML.Inspection;

/// <summary>Where a head is, counted from 0.</summary>
/// <param name="Layer">The layer of the model.</param>
/// <param name="Module">The parallel module of the layer.</param>
/// <param name="Head">The head within the module, among those that share its dimension.</param>
public readonly record struct HeadPlace(int Layer, int Module, int Head)
{
    /// <summary>In the form layer.module.head.</summary>
    public override string ToString() => FormattableString.Invariant($"{Layer}.{Module}.{Head}");
}
