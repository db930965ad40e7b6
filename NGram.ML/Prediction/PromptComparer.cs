using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace NGram.ML.Prediction;

/// <summary>Prompts are equal when their tokens are; they are looked up without a copy.</summary>
internal sealed class PromptComparer : IEqualityComparer<ushort[]>, IAlternateEqualityComparer<ReadOnlySpan<ushort>, ushort[]>
{
    public bool Equals(ushort[]? x, ushort[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] ushort[] obj) => GetHashCode(obj.AsSpan());

    public bool Equals(ReadOnlySpan<ushort> alternate, ushort[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<ushort> alternate)
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(alternate));
        return hash.ToHashCode();
    }

    public ushort[] Create(ReadOnlySpan<ushort> alternate) => alternate.ToArray();
}
