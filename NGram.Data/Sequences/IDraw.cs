using System.Runtime.CompilerServices;

namespace NGram.Data.Sequences;

/// <summary>Turns 64 random bits into a token of a context's law.</summary>
internal interface IDraw
{
    uint Draw(ulong bits, uint context);
}

/// <summary>All N tokens are equally likely (multiply and shift, Lemire 2019, without the rejection of 2^-32).</summary>
internal readonly struct UniformDraw(uint vocabularySize) : IDraw
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Draw(ulong bits, uint context) => (uint)((bits >> 32) * vocabularySize >> 32);
}

/// <summary>One token for each context.</summary>
internal readonly struct LookUpDraw(ushort[] tokens) : IDraw
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Draw(ulong bits, uint context) => tokens[context];
}

/// <summary>A rank from the alias table that all contexts share, then the context's token of that rank.</summary>
internal readonly struct PermutedDraw(ulong[] table, ushort[] tokens) : IDraw
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Draw(ulong bits, uint context) => tokens[context * (uint)table.Length + AliasTable.Draw(table, bits)];
}

/// <summary>An alias table for each context.</summary>
internal readonly struct DenseDraw(ulong[] tables, int vocabularySize) : IDraw
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Draw(ulong bits, uint context) =>
        AliasTable.Draw(tables.AsSpan((int)context * vocabularySize, vocabularySize), bits);
}
