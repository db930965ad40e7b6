using NGram.ML.Fused.Memory;

namespace NGram.ML.Prediction.Forward;

/// <summary>The buffers of one call: prompts in, the states that the unembedding reads out. One thread at a time.</summary>
internal abstract class ForwardPass
{
    /// <summary>Maximum number of prompts per call.</summary>
    public abstract int Rows { get; }

    /// <summary>The states [.., d] of the distinct prefixes requested.</summary>
    public abstract Matrix States { get; }

    /// <summary>The row of <see cref="States"/> for every requested (row, position), row-major.</summary>
    public abstract ReadOnlySpan<int> StateOf { get; }

    /// <summary>Computes them.</summary>
    /// <param name="prompts">Row-major tokens [.., length], at most <see cref="Rows"/> prompts.</param>
    /// <param name="length">Tokens of a prompt.</param>
    /// <param name="first">The first position requested.</param>
    public abstract void Run(ReadOnlySpan<ushort> prompts, int length, int first);
}
