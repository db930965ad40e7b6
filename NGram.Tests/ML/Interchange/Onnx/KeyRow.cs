namespace NGram.Tests.ML.Interchange.Onnx;

/// <summary>A prompt and what follows it, before they are keys.</summary>
internal sealed class KeyRow<T>
{
    public T[] Context { get; set; } = [];

    public T Label { get; set; } = default!;
}
