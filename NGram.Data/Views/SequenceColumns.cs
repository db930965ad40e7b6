namespace NGram.Data.Views;

/// <summary>The columns of a data view of sequences.</summary>
public static class SequenceColumns
{
    /// <summary>The S tokens that a model sees: a vector of keys.</summary>
    public const string Context = nameof(Context);

    /// <summary>The token to predict: a key.</summary>
    public const string Label = nameof(Label);
}
